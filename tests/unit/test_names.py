"""What a record is called when a part of its name is missing."""

from __future__ import annotations

import pytest

from models.customer import CustomerSite


@pytest.mark.parametrize(("name", "address", "said"), [("一号楼", "滨江路 1 号", "一号楼 滨江路 1 号"), ("一号楼", None, "一号楼"),
                                                       (None, "滨江路 1 号", "滨江路 1 号"), (None, None, "")])
def test_a_site_is_called_by_what_is_known_of_it(name, address, said):
    assert str(CustomerSite(name=name, address=address)) == said
