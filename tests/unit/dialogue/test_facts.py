"""What a message states becomes records for memory."""

from __future__ import annotations

from typing import Any

from bot.dialogue.facts import stated, with_meant_sizes
from memory.model import EndFact, LearnFact


def parsed(kind: str, value: str, *, ended: bool = False, key: str | None = None) -> dict[str, Any]:
    """A message that states one fact."""
    return {"facts": [{"kind": kind, "key": key or kind, "value": value, "confidence": 0.9, "ended": ended}]}


def test_a_statement_is_learnt_and_a_denial_ends_it() -> None:
    assert stated(parsed("shoe_size", "44")) == [LearnFact("shoe_size", "44", 0.9)]
    assert stated(parsed("allergy", "wool", ended=True, key="allergy:wool")) == [EndFact("allergy:wool", "wool")]


def test_a_button_states_nothing_and_a_nickname_waits_for_the_order_it_means() -> None:
    assert stated({}) == []
    assert stated(parsed("nickname", "mum's gift")) == []


def test_a_size_without_a_garment_is_that_of_the_one_garment_known() -> None:
    boots = {"facts": [{"key": "shoe_size", "value": "42"}, {"key": "carrier", "value": "DHL"}]}
    both = {"facts": [*boots["facts"], {"key": "clothing_size", "value": "M"}]}

    assert stated(with_meant_sizes(parsed("size", "43"), boots)) == [LearnFact("shoe_size", "43", 0.9)]
    assert stated(with_meant_sizes(parsed("size", "43"), both)) == [LearnFact("size", "43", 0.9)]
    assert stated(with_meant_sizes(parsed("size", "43"), {})) == [LearnFact("size", "43", 0.9)]
