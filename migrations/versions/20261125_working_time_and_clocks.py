"""working time and clocks

Revision ID: working_time
Revises: chain
Create Date: 2026-11-25 10:58:29.273371

"""
from alembic import op
import sqlalchemy as sa


revision = 'working_time'
down_revision = 'chain'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('job_run',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(length=300), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('worker', sa.String(length=40), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('outbox',
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index('ix_outbox_open', 'outbox', ['done_at', 'due_at', 'id'], unique=False)
    op.create_table('sla_profile',
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('work_calendar',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('monday', sa.String(length=80), nullable=True),
    sa.Column('tuesday', sa.String(length=80), nullable=True),
    sa.Column('wednesday', sa.String(length=80), nullable=True),
    sa.Column('thursday', sa.String(length=80), nullable=True),
    sa.Column('friday', sa.String(length=80), nullable=True),
    sa.Column('saturday', sa.String(length=80), nullable=True),
    sa.Column('sunday', sa.String(length=80), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('calendar_exception',
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_working', sa.Boolean(), nullable=False),
    sa.Column('hours', sa.String(length=80), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['work_calendar.id'], ),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('calendar_id', 'day')
    )
    op.create_table('sla_policy',
    sa.Column('profile_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('clock', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('start_event', sa.String(length=30), nullable=False),
    sa.Column('stop_event', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('warn_percent', sa.Integer(), nullable=True),
    sa.Column('warn_amount', sa.Integer(), nullable=True),
    sa.Column('request_types', sa.String(length=80), nullable=True),
    sa.Column('fault_level', sa.String(length=30), nullable=True),
    sa.Column('area', sa.String(length=30), nullable=True),
    sa.Column('complexity', sa.String(length=30), nullable=True),
    sa.Column('in_warranty', sa.Boolean(), nullable=True),
    sa.Column('near_site', sa.Boolean(), nullable=True),
    sa.Column('paid', sa.Boolean(), nullable=True),
    sa.Column('at_most_general', sa.Boolean(), nullable=False),
    sa.Column('rule_id', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount IS NULL OR amount >= 0', name='ck_sla_policy_amount'),
    sa.CheckConstraint('warn_percent IS NULL OR warn_percent BETWEEN 1 AND 100', name='ck_sla_policy_warn'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['profile_id'], ['sla_profile.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('profile_id', 'code')
    )
    op.create_table('sla_clock',
    sa.Column('owner_type', sa.String(length=30), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('clock', sa.String(length=40), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('reserve', sa.Integer(), nullable=False),
    sa.Column('calendar_version', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('warn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_minutes', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(length=30), nullable=False),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['sla_policy.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['service_request.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('owner_type', 'owner_id', 'clock')
    )
    op.create_index('ix_sla_clock_due', 'sla_clock', ['result', 'due_at', 'id'], unique=False)
    op.create_index('ix_sla_clock_request', 'sla_clock', ['request_id'], unique=False)
    op.create_index('ix_sla_clock_warn', 'sla_clock', ['result', 'warn_at'], unique=False)
    op.create_table('sla_pause',
    sa.Column('clock_id', sa.Integer(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['sla_clock.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_sla_pause_clock_id'), 'sla_pause', ['clock_id'], unique=False)
    op.create_table('work_pause',
    sa.Column('work_order_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= begun_at', name='ck_work_pause_times'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['work_order_id'], ['work_order.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_work_pause_work_order_id'), 'work_pause', ['work_order_id'], unique=False)
    op.add_column('appointment', sa.Column('late_reason', sa.String(length=30), nullable=True))
    op.add_column('customer', sa.Column('sla_profile_id', sa.Integer(), sa.ForeignKey('sla_profile.id', name='fk_customer_sla_profile'), nullable=True),
                  inline_references=True)
    op.add_column('product_category', sa.Column('sla_profile_id', sa.Integer(), sa.ForeignKey('sla_profile.id', name='fk_product_category_sla_profile'), nullable=True),
                  inline_references=True)
    op.add_column('service_request', sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('service_request', sa.Column('next_clock_id', sa.Integer(), nullable=True))
    op.drop_index(op.f('ix_service_request_due'), table_name='service_request')
    op.create_index('ix_service_request_due', 'service_request', ['status', 'next_due_at'], unique=False)
    op.add_column('work_order', sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('work_order', sa.Column('next_clock_id', sa.Integer(), nullable=True))
    op.drop_index(op.f('ix_work_order_due'), table_name='work_order')
    op.create_index('ix_work_order_due', 'work_order', ['status', 'next_due_at'], unique=False)
    _fill()


def _fill():
    """Until the clocks are reckoned anew, the time left is what was asked for; who stands still now stands since the last change."""
    op.execute("UPDATE work_order SET next_due_at = due_at WHERE status IN ('pending', 'assigned', 'contacted', 'appointed', 'departed', "
               "'on_site', 'waiting_parts', 'need_support', 'on_hold')")
    op.execute("UPDATE service_request SET next_due_at = requested_at WHERE status IN ('registered', 'triaged', 'remote', 'dispatched', "
               "'in_progress', 'waiting')")
    op.execute("INSERT INTO work_pause (work_order_id, reason, begun_at) SELECT id, CASE WHEN status = 'waiting_parts' THEN 'parts' "
               "ELSE coalesce(hold_reason, 'customer') END, coalesce(changed_at, issued_at) FROM work_order "
               "WHERE status IN ('waiting_parts', 'on_hold')")


def _free(table):
    """The second net's trigger names the columns it watches; the release step makes it anew."""
    on = f' ON "{table}"' if op.get_bind().dialect.name == "postgresql" else f"_{table}"
    op.execute(f'DROP TRIGGER IF EXISTS "net_change"{on}' if on.startswith(" ") else f'DROP TRIGGER IF EXISTS "net_change{on}"')


def downgrade():
    for table in ('appointment', 'customer', 'product_category', 'service_request', 'work_order'):
        _free(table)
    op.drop_index('ix_work_order_due', table_name='work_order')
    op.create_index(op.f('ix_work_order_due'), 'work_order', ['status', 'due_at'], unique=False)
    op.drop_column('work_order', 'next_clock_id')
    op.drop_column('work_order', 'next_due_at')
    op.drop_index('ix_service_request_due', table_name='service_request')
    op.create_index(op.f('ix_service_request_due'), 'service_request', ['status', 'requested_at'], unique=False)
    op.drop_column('service_request', 'next_clock_id')
    op.drop_column('service_request', 'next_due_at')
    op.drop_column('product_category', 'sla_profile_id')
    op.drop_column('customer', 'sla_profile_id')
    op.drop_column('appointment', 'late_reason')
    op.drop_index(op.f('ix_work_pause_work_order_id'), table_name='work_pause')
    op.drop_table('work_pause')
    op.drop_index(op.f('ix_sla_pause_clock_id'), table_name='sla_pause')
    op.drop_table('sla_pause')
    op.drop_index('ix_sla_clock_warn', table_name='sla_clock')
    op.drop_index('ix_sla_clock_request', table_name='sla_clock')
    op.drop_index('ix_sla_clock_due', table_name='sla_clock')
    op.drop_table('sla_clock')
    op.drop_table('sla_policy')
    op.drop_table('calendar_exception')
    op.drop_table('work_calendar')
    op.drop_table('sla_profile')
    op.drop_index('ix_outbox_open', table_name='outbox')
    op.drop_table('outbox')
    op.drop_table('job_run')
