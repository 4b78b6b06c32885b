"""What workers remember of rights, parameters and lists holds exactly while the database says that none of it changed."""

import pytest
from sqlalchemy import select, text, update

from extensions import db
from models.setting import DictItem, DictType, ReferenceMark, Setting
from services import kept, nets, parameters
from services.unit_of_work import abandon, unit_of_work
from tests.rig.queries import counted

KEY = "company.name"


def reading(app, ask, mark=True):
    """The answer of a request that only reads."""
    with app.app_context(), unit_of_work(write=False):
        if mark:
            kept.mark_is(db.session.scalar(select(kept.MARK)))
        return ask()


def company():
    return parameters.text(KEY)


def by_hand(app, *statements):
    """Somebody changes the database without the program."""
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_second_request_asks_nothing(app):
    before = reading(app, company)
    with app.app_context(), counted() as asked:
        assert reading(app, company) == before
    assert [line for line in asked if "FROM setting" in line] == []


@pytest.mark.parametrize("table", nets.remembered(), ids=lambda table: table.name)
def test_a_change_of_each_table_by_whomever_changes_the_mark(app, table):
    column = next(iter(table.primary_key.columns))
    before = reading(app, lambda: db.session.scalar(select(ReferenceMark.word)))
    by_hand(app, update(table).values({column.name: column}))
    assert reading(app, lambda: db.session.scalar(select(ReferenceMark.word))) != before


def test_a_parameter_changed_by_hand_holds_from_the_next_request_on(app):
    reading(app, company)
    by_hand(app, update(Setting.__table__).where(Setting.key == KEY).values(value="另一家公司"))
    assert reading(app, company) == "另一家公司"


def test_a_choice_taken_out_of_use_is_not_offered_any_more(app):
    with app.app_context(), unit_of_work(write=False):
        code, item = db.session.execute(select(DictType.code, DictItem.id).join(DictItem.type).where(DictItem.active).limit(1)).one()
    before = reading(app, lambda: parameters.dict_choices(code))
    by_hand(app, update(DictItem.__table__).where(DictItem.id == item).values(active=False))
    assert len(reading(app, lambda: parameters.dict_choices(code))) == len(before) - 1


def test_what_a_unit_changed_and_undid_is_not_remembered(app):
    before = reading(app, company)
    with app.app_context(), unit_of_work():
        kept.mark_is(db.session.scalar(select(kept.MARK)))
        db.session.scalar(select(Setting).where(Setting.key == KEY)).value = "不作数"
        db.session.flush()
        kept.anew("settings")
        assert company() == "不作数"
        abandon()
    assert reading(app, company) == before


TAKEN = ("DELETE FROM ab_permission_view_role WHERE permission_view_id IN (SELECT pv.id FROM ab_permission_view pv "
         "JOIN ab_view_menu m ON m.id = pv.view_menu_id WHERE m.name = 'customer')")
GIVEN = ("INSERT INTO ab_user_role (id, user_id, role_id) SELECT 99999, u.id, r.id FROM ab_user u, ab_role r "
         "WHERE u.username = 'warehouse' AND r.name = 'admin'")


@pytest.mark.parametrize("case", [("service_clerk", "/customers/list/", TAKEN, 200, 403), ("warehouse", "/accounts/", GIVEN, 403, 200)],
                         ids=["taken", "given"])
def test_a_right_taken_or_given_holds_for_the_next_page_of_who_is_signed_in(app, as_role, case):
    who, place, change, before, after = case
    client = as_role(who)
    assert client.get(place).status_code == before
    by_hand(app, text(change))
    assert client.get(place).status_code == after


def test_what_a_writing_unit_builds_is_remembered_unless_it_changed_what_it_was_built_from(app):
    made = []

    def build():
        made.append(1)
        return object()

    def writing(change):
        with app.app_context(), unit_of_work():
            kept.mark_is(db.session.scalar(select(kept.MARK)))
            if change:
                db.session.scalar(select(Setting).where(Setting.key == KEY)).value = "不作数"
                db.session.flush()
            return kept.built("of a test", build)

    assert writing(change=False) is writing(change=False)
    assert len(made) == 1
    assert writing(change=True) is not writing(change=True)
    assert len(made) == 3
