"""Replies that agents keep: everybody's, and each their own."""

from __future__ import annotations

import pytest

from memory.errors import DuplicateCanned, UnknownCanned
from memory.model import AgentId, CannedId, NewCanned
from tests.contract.memory.talk import Talk

MARA, SAM = AgentId("mara"), AgentId("sam")


async def test_an_agent_knows_everybodys_and_their_own_by_name(talk: Talk) -> None:
    canned = talk.memory.canned
    await canned.add(NewCanned("refund sent", "Your money is on its way."), "Sam")
    await canned.add(NewCanned("Hello", "Hello {customer_name}", MARA), "Mara")
    await canned.add(NewCanned("bye", "Bye", SAM), "Sam")
    known = await canned.known_to(MARA)
    assert [(reply.name, reply.owner, reply.by) for reply in known] == [
        ("Hello", MARA, "Mara"),
        ("refund sent", None, "Sam"),
    ]


async def test_one_owner_has_no_two_of_the_same_name(talk: Talk) -> None:
    canned = talk.memory.canned
    await canned.add(NewCanned("Hello", "Hello"), "Sam")
    mine = await canned.add(NewCanned("Hello", "Hi", MARA), "Mara")
    for same in (NewCanned("HELLO", "again", MARA), NewCanned("hello", "again")):
        with pytest.raises(DuplicateCanned):
            await canned.add(same, "Mara")
    with pytest.raises(DuplicateCanned):
        await canned.change(mine.id, NewCanned("hello", "Hi"), "Mara")
    assert (await canned.find(mine.id)).owner == MARA


async def test_a_reply_is_changed_given_to_everybody_and_deleted(talk: Talk) -> None:
    canned = talk.memory.canned
    mine = await canned.add(NewCanned("Hello", "Helo", MARA), "Mara")
    changed = await canned.change(mine.id, NewCanned("Hello", "Hello"), "Sam")
    assert (changed.id, changed.text, changed.owner, changed.by) == (mine.id, "Hello", None, "Sam")
    assert await canned.known_to(SAM) == [changed]
    await canned.delete(mine.id)
    assert await canned.known_to(SAM) == []


async def test_what_is_not_there_is_refused(talk: Talk) -> None:
    canned = talk.memory.canned
    with pytest.raises(UnknownCanned):
        await canned.find(CannedId(99))
    with pytest.raises(UnknownCanned):
        await canned.change(CannedId(99), NewCanned("x", "y"), "Sam")
    with pytest.raises(UnknownCanned):
        await canned.delete(CannedId(99))
