"""Agents and their sessions, the FAQ's entries, and who is told when something was committed."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count

import pytest

from memory.errors import DuplicateAgent, FaqConflict
from memory.model import Agent, AgentId, DeliveryState, FaqRecord, FaqVersion, HandoffState, Role
from tests.contract.memory.talk import ANA, Talk

PITCH = FaqRecord("pitch", "How do I pitch it?", ("How do I pitch it?", "putting it up"), "Poles first.", ("tent",))
WASH = FaqRecord("wash", "Can I wash it?", ("Can I wash it?",), "By hand.", department="care")


async def test_an_agent_is_found_by_email_in_any_case(talk: Talk) -> None:
    await talk.memory.agents.add(Agent(AgentId("m"), "Mara@Example.com", "Mara", Role.ADMIN), "argon")
    found = await talk.memory.agents.credentials("  mara@example.COM ")
    assert found == (Agent(AgentId("m"), "Mara@Example.com", "Mara", Role.ADMIN), "argon")
    assert await talk.memory.agents.credentials("tom@example.com") is None


async def test_two_agents_cannot_have_one_email(talk: Talk) -> None:
    await talk.agent("Mara")
    with pytest.raises(DuplicateAgent):
        await talk.memory.agents.add(Agent(AgentId("other"), "MARA@example.com", "Mara", Role.AGENT), "hash")


async def test_a_session_lasts_until_it_expires_or_is_closed(talk: Talk) -> None:
    mara, agents = await talk.agent(), talk.memory.agents
    await agents.open_session(mara, "one", talk.clock.now + timedelta(hours=1))
    await agents.open_session(mara, "two", talk.clock.now + timedelta(hours=2))
    talk.clock.advance(hours=1)
    assert await agents.by_session("one") is None
    found = await agents.by_session("two")
    assert found is not None
    assert found.name == "Mara"
    await agents.close_session("two")
    assert await agents.by_session("two") is None
    await agents.close_session("two")
    assert await agents.by_session("never") is None


async def test_an_agent_who_logs_out_everywhere_is_gone_at_once(talk: Talk) -> None:
    mara, agents = await talk.agent(), talk.memory.agents
    for token in ("one", "two"):
        await agents.open_session(mara, token, talk.clock.now + timedelta(hours=1))
        await agents.by_session(token)
    await agents.close_session("one")
    assert (await talk.thread_at()).agents_present == 1
    await agents.close_session("two")
    assert (await talk.thread_at()).agents_present == 0


async def saved(talk: Talk, record: FaqRecord, by: str = "Mara") -> FaqRecord:
    """One entry, saved by somebody."""
    (kept,) = await talk.memory.faq.save([record], by=by)
    return kept


async def test_a_saved_entry_is_kept_and_counts_its_versions(talk: Talk) -> None:
    assert await saved(talk, PITCH) == PITCH
    edited = await saved(talk, replace(PITCH, answer="Inner first."))
    assert (edited.version, edited.answer) == (2, "Inner first.")
    assert await talk.memory.faq.all() == [edited]


async def test_every_field_of_an_entry_is_kept(talk: Talk) -> None:
    begin = datetime(2030, 12, 1, tzinfo=timezone(timedelta(hours=1)))
    whole = replace(
        WASH,
        language="de",
        valid_from=begin,
        valid_until=begin + timedelta(days=24),
        tests=("is a machine wash all right", "may I tumble dry it"),
    )
    assert await saved(talk, whole) == whole
    assert await talk.memory.faq.all() == [whole]
    assert [version.record for version in await talk.memory.faq.versions("wash")] == [whole]


async def test_several_entries_are_saved_all_or_none(talk: Talk) -> None:
    faq = talk.memory.faq
    pitch = await saved(talk, PITCH)
    with pytest.raises(FaqConflict):
        await faq.save([WASH, replace(PITCH, version=9, answer="never")], by="Mara")
    assert await faq.all() == [pitch]
    kept = await faq.save([WASH, replace(pitch, answer="Inner first.")], by="Mara")
    assert [(record.id, record.version) for record in kept] == [("wash", 1), ("pitch", 2)]
    assert await faq.save([], by="Mara") == []
    assert {record.id: record.answer for record in await faq.all()} == {"pitch": "Inner first.", "wash": "By hand."}


async def test_the_history_says_who_wrote_what_and_when(talk: Talk) -> None:
    faq, clock = talk.memory.faq, talk.clock
    times = [clock.now + timedelta(minutes=minutes) for minutes in range(4)]
    await faq.seed([PITCH])
    clock.advance(minutes=1)
    edited = await saved(talk, replace(PITCH, answer="Inner first."), by="Mara")
    clock.advance(minutes=1)
    await faq.delete("pitch", by="Sam")
    clock.advance(minutes=1)
    anew = await saved(talk, PITCH, by="Ada")
    assert list(await faq.versions("pitch")) == [
        FaqVersion(anew, times[3], "Ada"),
        FaqVersion(replace(edited, version=3), times[2], "Sam", deleted=True),
        FaqVersion(edited, times[1], "Mara"),
        FaqVersion(PITCH, times[0]),
    ]
    assert list(await faq.versions("never")) == []


async def test_an_edit_of_a_version_that_is_no_longer_there_is_refused(talk: Talk) -> None:
    await saved(talk, PITCH)
    await saved(talk, replace(PITCH, answer="Inner first."))
    with pytest.raises(FaqConflict):
        await saved(talk, replace(PITCH, answer="Somebody else's"))
    with pytest.raises(FaqConflict):
        await saved(talk, replace(WASH, version=4))
    assert [record.answer for record in await talk.memory.faq.all()] == ["Inner first."]


async def test_of_two_edits_at_once_one_is_refused(talk: Talk) -> None:
    await saved(talk, PITCH)
    edits = (saved(talk, replace(PITCH, answer=f"{n}")) for n in range(5))
    results = await asyncio.gather(*edits, return_exceptions=True)
    assert sum(isinstance(result, FaqConflict) for result in results) == 4


async def test_a_deleted_entry_is_gone_until_it_is_written_anew(talk: Talk) -> None:
    faq = talk.memory.faq
    before = await saved(talk, PITCH)
    assert await faq.delete("pitch", by="Mara")
    assert not await faq.delete("pitch", by="Mara")
    assert not await faq.delete("never", by="Mara")
    assert await faq.all() == []
    with pytest.raises(FaqConflict):
        await saved(talk, replace(before, version=2))
    anew = await saved(talk, PITCH)
    assert (anew.question, await faq.all()) == (PITCH.question, [anew])


async def test_seeding_brings_what_is_new_and_respects_what_was_edited_or_deleted(talk: Talk) -> None:
    faq = talk.memory.faq
    assert await faq.seed([PITCH, WASH]) == 2
    assert await faq.seed([PITCH, WASH]) == 0
    assert await faq.seed([replace(PITCH, answer="Read the manual."), WASH]) == 1
    assert await faq.seed([replace(PITCH, answer="Read the manual."), replace(WASH, tests=("tumble dry",))]) == 1
    assert [record.answer for record in await faq.all()] == ["Read the manual.", "By hand."]
    (pitch, wash) = await faq.all()
    await saved(talk, replace(pitch, answer="Ask Mara."))
    await faq.delete(wash.id, by="Mara")
    assert await faq.seed([PITCH, WASH]) == 0
    assert [(record.id, record.answer) for record in await faq.all()] == [("pitch", "Ask Mara.")]


async def test_workers_that_start_at_once_seed_once(talk: Talk) -> None:
    faq = talk.memory.faq
    inserted = await asyncio.gather(*(faq.seed([PITCH, WASH]) for _ in range(4)))
    assert sorted(inserted) == [0, 0, 0, 2]
    assert [(record.id, record.version) for record in await faq.all()] == [("pitch", 1), ("wash", 1)]


class Ears:
    """Listens to topics one by one, and knows when everything before has been heard.

    Rings arrive in the order of the commits, so that one more commit, of the FAQ, ends each listening.
    """

    def __init__(self, talk: Talk, *topics: str) -> None:
        self._talk = talk
        self._stack = ExitStack()
        self._rings = {t: self._stack.enter_context(talk.memory.doorbell.listen(t)) for t in topics}
        self._faq = self._stack.enter_context(talk.memory.doorbell.listen("faq"))
        self._edits = count()

    async def hears(self, *topics: str) -> None:
        """Exactly these have rung since last asked."""
        await self._all_is_heard()
        assert {topic for topic, ring in self._rings.items() if await ring.wait(0)} == set(topics)

    async def _all_is_heard(self) -> None:
        await self._talk.memory.faq.seed([replace(WASH, answer=f"{next(self._edits)}")])
        assert await self._faq.wait(10)

    async def __aenter__(self) -> Ears:
        await self._all_is_heard()
        for ring in self._rings.values():
            await ring.wait(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stack.close()


async def test_each_commit_rings_for_those_it_concerns(talk: Talk) -> None:
    customer_id = await talk.say()
    mara, mine = await talk.agent(), f"customer:{customer_id}"
    async with Ears(talk, "inbox", "outbox", "desk", mine, "customer:other") as ears:
        await ears.hears()
        await talk.hear()
        await ears.hears("inbox")
        await talk.answer("ok")
        await ears.hears(mine, "outbox")
        await talk.hear()
        await ears.hears("inbox")
        await talk.answer()
        await ears.hears(mine)
        handoff = await talk.ask_for_person()
        await ears.hears("inbox", mine, "outbox", "desk")
        await talk.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara)
        await ears.hears(mine, "desk", "outbox")
        await talk.memory.handoffs.reply(handoff.id, mara, "hello")
        await ears.hears(mine, "desk", "outbox")
        await talk.memory.handoffs.note(handoff.id, mara, "hm")
        await ears.hears(mine, "desk")


async def test_editing_the_faq_rings(talk: Talk) -> None:
    with talk.memory.doorbell.listen("faq") as ring:
        await saved(talk, PITCH)
        assert await ring.wait(10)
        await talk.memory.faq.delete("pitch", by="Mara")
        assert await ring.wait(10)


async def test_settling_rings_for_the_next_delivery(talk: Talk) -> None:
    customer_id = await talk.say()
    (row,) = await talk.memory.outbox.claim(["telegram"], 1)
    async with Ears(talk, "outbox", f"customer:{customer_id}") as ears:
        await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
        await ears.hears("outbox", f"customer:{customer_id}")


async def test_merging_rings_for_both_sides(talk: Talk) -> None:
    visitor = await talk.say(at=("web", "v"))
    async with Ears(talk, f"customer:{visitor}") as ears:
        await talk.hear(at=("web", "v"), identity=ANA)
        await ears.hears(f"customer:{visitor}")


async def test_what_rang_between_two_waits_is_not_missed_and_not_heard_twice(talk: Talk) -> None:
    with talk.memory.doorbell.listen("inbox", "faq") as ring:
        await talk.hear()
        assert await ring.wait(10)
        assert not await ring.wait(0)
        waiting = asyncio.create_task(ring.wait())
        await saved(talk, PITCH)
        assert await asyncio.wait_for(waiting, 10)


async def test_a_turn_given_back_rings_for_the_next_worker(talk: Talk) -> None:
    await talk.hear()
    async with Ears(talk, "inbox") as ears:
        await talk.peek()
        await ears.hears("inbox")


async def test_a_message_redelivered_does_not_ring(talk: Talk) -> None:
    await talk.hear(provider_id="1")
    async with Ears(talk, "inbox") as ears:
        await talk.hear(provider_id="1")
        await ears.hears()
