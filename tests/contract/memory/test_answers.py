"""How answers were received is counted over all customers, and tells of nobody."""

from __future__ import annotations

from memory.model import OfferAnswer, RateAnswer, Reception
from tests.contract.memory.talk import Talk


async def tried(talk: Talk, who: str, faq_id: str, *, helped: bool | None) -> None:
    at = ("web", who)
    await talk.hear("how long do returns take?", at)
    await talk.answer("60 days", records=[OfferAnswer(faq_id, "Returns", 0.9)])
    if helped is not None:
        await talk.hear("yes" if helped else "no", at)
        await talk.answer("ok", records=[RateAnswer(helped)])


async def test_ratings_of_all_customers_are_counted_for_each_answer(talk: Talk) -> None:
    for who, helped in (("v1", True), ("v2", True), ("v3", False), ("v4", None)):
        await tried(talk, who, "return_window", helped=helped)
    await tried(talk, "v1", "gift_cards", helped=False)
    received = await talk.memory.answers.received(["return_window", "gift_cards", "never_tried"])
    assert received == {"return_window": Reception(2, 1), "gift_cards": Reception(0, 1)}


async def test_asking_for_no_answer_gets_none(talk: Talk) -> None:
    await tried(talk, "v1", "return_window", helped=True)
    assert await talk.memory.answers.received([]) == {}


async def test_who_is_erased_counts_no_more(talk: Talk) -> None:
    await tried(talk, "v1", "return_window", helped=True)
    await tried(talk, "v2", "return_window", helped=True)
    gone = (await talk.hear("bye", ("web", "v1"))).customer_id
    await talk.answer()
    await talk.memory.custody.erase(gone, "r1")
    assert await talk.memory.answers.received(["return_window"]) == {"return_window": Reception(1, 0)}
