"""That the look at the plans, which every test of this folder takes, finds what it is for."""

from __future__ import annotations

import pytest

from tests.contract.memory.plans import SqlitePlans

WITHOUT_INDEX = (
    "SELECT number FROM messages WHERE text = 'hello'",
    "SELECT count(*) FROM customers",
    "SELECT max(id) FROM cases",
    "UPDATE facts SET value = 'x' WHERE key = 'size'",
    "DELETE FROM notes WHERE agent_id = 'mara'",
    "SELECT m.text FROM facts f JOIN messages m ON m.number = f.number WHERE f.customer_id = 'ana'",
)
WITH_ONE = (
    "SELECT text FROM messages WHERE customer_id = 'ana' ORDER BY number DESC LIMIT 5",
    "SELECT id FROM inbox WHERE handled_at IS NULL ORDER BY id LIMIT 1",
    "SELECT faq_id FROM faq_entries",
    "SELECT 1",
)


@pytest.mark.parametrize("statement", WITHOUT_INDEX)
def test_what_reads_a_whole_table_is_found(sqlite_plans: SqlitePlans, statement: str) -> None:
    found = sqlite_plans.without_index({statement: ()})

    assert found
    assert all(statement in one for one in found)


@pytest.mark.parametrize("statement", WITH_ONE)
def test_what_has_an_index_is_let_pass(sqlite_plans: SqlitePlans, statement: str) -> None:
    assert sqlite_plans.without_index({statement: ()}) == []
