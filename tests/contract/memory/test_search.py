"""Conversations found by words, names and numbers, however they were linked, parted or erased since."""

from __future__ import annotations

import pytest

from memory.model import Ending, ForgetFact, HandoffOutcome, HandoffState, LearnFact, Reply, RequestHandoff
from memory.model import HandoffReason as Reason
from tests.contract.memory.sides import BY_HAND
from tests.contract.memory.talk import ANA, Talk

PHONE, BROWSER = ("telegram", "42"), ("web", "v1")


async def found(talk: Talk, query: str, **more: object) -> list[str | None]:
    """The words of the message by which each conversation was found."""
    hits = await talk.memory.search.conversations(query, 20, **more)  # type: ignore[arg-type]
    return [hit.message.text if hit.message else None for hit in hits]


async def test_a_conversation_is_found_by_the_beginnings_of_all_words_in_any_case(talk: Talk) -> None:
    await talk.say("my TENT from order 1042 leaks", PHONE)
    await talk.ask_for_person(PHONE)
    for query in ("tent 1042", "Leak", "ORDER ten", "1042"):
        assert await found(talk, query) == ["my TENT from order 1042 leaks"], query
    for query in ("tent 1043", "eaks", "tent boots", "", "  ", "!?"):
        assert await found(talk, query) == [], query


async def test_only_who_was_ever_handed_over_is_found_and_later_words_as_well(talk: Talk) -> None:
    await talk.say("my tent leaks", PHONE)
    assert await found(talk, "tent") == []
    handoff, mara = await talk.taken(PHONE)
    await talk.memory.handoffs.reply(handoff.id, mara, "Have you tried seamgrip?")
    assert await found(talk, "tent") == ["my tent leaks"]
    assert await found(talk, "seamgrip") == ["Have you tried seamgrip?"]
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    await talk.say("thanks, and gaiters?", PHONE)
    assert await found(talk, "gaiters") == ["thanks, and gaiters?"]


async def test_a_customer_is_found_by_name_and_email(talk: Talk) -> None:
    await talk.ask_for_person(BROWSER, identity=ANA)
    assert await found(talk, "ana") == [None]
    (hit,) = await talk.memory.search.conversations("ana@example.com", 5)
    assert hit.summary.customer.name == "Ana"


async def test_a_customer_with_several_handoffs_is_shown_once_by_the_latest(talk: Talk) -> None:
    first, mara = await talk.taken(PHONE)
    await talk.memory.handoffs.move(first.id, HandoffState.RESOLVED, mara)
    talk.clock.advance(hours=1)
    second = await talk.ask_for_person(PHONE)
    (hit,) = await talk.memory.search.conversations("person", 5)
    assert hit.summary.handoff.id == second.id


async def test_pages_go_on_below_the_last_one_shown(talk: Talk) -> None:
    ids = []
    for number in range(5):
        talk.clock.advance(minutes=1)
        ids.append((await talk.ask_for_person(("web", f"v{number}"))).id)
    first = await talk.memory.search.conversations("person", 2)
    second = await talk.memory.search.conversations("person", 2, before=first[-1].summary.handoff.id)
    third = await talk.memory.search.conversations("person", 2, before=second[-1].summary.handoff.id)
    assert [hit.summary.handoff.id for hit in (*first, *second, *third)] == ids[::-1]


async def test_linked_and_parted_each_is_found_by_their_own_words(talk: Talk) -> None:
    ana = await talk.say("my boots squeak", BROWSER, identity=ANA)
    handoff = await talk.ask_for_person(PHONE)
    link = await talk.memory.links.merge(handoff.customer_id, into=ana, on=BY_HAND)
    assert await found(talk, "squeak person") != []
    await talk.memory.links.undo(link.id, why="no", by="operator")
    assert await found(talk, "squeak") == []
    assert await found(talk, "person") == ["a person please"]


async def test_what_was_forgotten_or_erased_finds_nothing(talk: Talk) -> None:
    await talk.hear("I am allergic to zirconium", PHONE)
    await talk.answer("noted", records=[LearnFact("allergy:zirconium", "zirconium")])
    handoff = await talk.ask_for_person(PHONE)
    assert await found(talk, "zirconium") == ["I am allergic to zirconium"]
    await talk.hear("forget it", PHONE)
    await talk.answer("gone", records=[ForgetFact("allergy:zirconium", "r")])
    assert await found(talk, "zirconium") == []
    await talk.memory.custody.erase(handoff.customer_id, "r")
    assert await found(talk, "person") == []


async def test_a_word_as_long_as_a_novel_is_none(talk: Talk) -> None:
    await talk.hear("x" * 5000 + " tent \x00 ÅNGSTRÖM", PHONE)
    await talk.answer("ok", records=[RequestHandoff(Reason.ASKED_FOR_PERSON)])
    assert len(await found(talk, "ångstr")) == 1
    assert await found(talk, "x" * 50) == []


@pytest.mark.parametrize("query", ["%", "_", "'; --", "\x00", "\ud800", "z" * 5000, " ".join("zyxwvutsrqponm")])
async def test_no_query_breaks_anything(talk: Talk, query: str) -> None:
    await talk.ask_for_person(PHONE)
    assert list(await talk.memory.search.conversations(query, 5)) == []


async def test_the_course_of_each_request_is_told_for_figures(talk: Talk) -> None:
    since = talk.clock.now
    first, mara = await talk.taken(PHONE)
    talk.clock.advance(minutes=5)
    asked = Reply("Is it solved?")
    await talk.memory.endings.resolve(first.id, mara, Ending(HandoffOutcome.SOLVED), question=asked)
    talk.clock.advance(minutes=5)
    await talk.ask_for_person(BROWSER)
    second, one = await talk.memory.search.courses(since, 10)
    assert (second.state, second.first_accepted_at, second.asked) == (HandoffState.QUEUED, None, False)
    assert (one.state, one.outcome, one.asked, one.solved) == (HandoffState.RESOLVED, HandoffOutcome.SOLVED, True, None)
    assert (one.requested_at, one.first_accepted_at) == (since, since)
    assert list(await talk.memory.search.courses(talk.clock.now, 10)) == [second]
    assert list(await talk.memory.search.courses(since, 1)) == [second]
