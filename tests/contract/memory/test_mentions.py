"""Who is called in a note finds it among what they have not read, until they have."""

from __future__ import annotations

from memory.model import Mention
from tests.contract.memory.talk import ANA, Talk

WEB = ("web", "v1")


async def test_whom_a_note_calls_has_it_unread_until_they_read_it(talk: Talk) -> None:
    handoff, mara = await talk.taken(WEB, identity=ANA)
    sam, eve = await talk.agent("Sam"), await talk.agent("Eve")
    await talk.memory.handoffs.note(handoff.id, mara, "@Sam do you know this valve?", [sam])
    assert await talk.memory.mentions.unread(sam) == [
        Mention(handoff.id, "Ana", "Mara", "@Sam do you know this valve?", talk.clock.now)
    ]
    assert await talk.memory.mentions.unread(eve) == []
    await talk.memory.mentions.read(eve, handoff.id)
    assert len(await talk.memory.mentions.unread(sam)) == 1
    await talk.memory.mentions.read(sam, handoff.id)
    assert await talk.memory.mentions.unread(sam) == []


async def test_the_latest_comes_first_and_reading_one_conversation_leaves_the_others(talk: Talk) -> None:
    first, mara = await talk.taken(WEB)
    second = await talk.ask_for_person(("web", "v2"))
    sam = await talk.agent("Sam")
    await talk.memory.handoffs.note(first.id, mara, "@Sam one", [sam])
    await talk.memory.handoffs.note(second.id, mara, "@Sam two", [sam, sam])
    assert [mention.text for mention in await talk.memory.mentions.unread(sam)] == ["@Sam two", "@Sam one"]
    await talk.memory.mentions.read(sam, second.id)
    assert [mention.text for mention in await talk.memory.mentions.unread(sam)] == ["@Sam one"]


async def test_of_a_customer_who_was_erased_nobody_is_called_any_more(talk: Talk) -> None:
    handoff, mara = await talk.taken(WEB)
    sam = await talk.agent("Sam")
    await talk.memory.handoffs.note(handoff.id, mara, "@Sam look", [sam])
    await talk.memory.custody.erase(handoff.customer_id, "r1")
    assert await talk.memory.mentions.unread(sam) == []


async def test_a_mention_goes_along_when_customers_are_linked_and_parted(talk: Talk) -> None:
    phone = ("telegram", "42")
    handoff, mara = await talk.taken(phone)
    sam = await talk.agent("Sam")
    await talk.memory.handoffs.note(handoff.id, mara, "@Sam look", [sam])
    known = await talk.say("hello", ("web", "v2"), identity=ANA)
    code = await talk.memory.identities.issue_code(known, talk.clock.now.replace(year=2099))
    await talk.hear("linking", phone, link_code=code)
    await talk.answer()
    assert [mention.handoff_id for mention in await talk.memory.mentions.unread(sam)] == [handoff.id]
    (link,) = await talk.memory.links.of(known)
    await talk.memory.links.undo(link.id, why="mistake", by="operator")
    assert [mention.handoff_id for mention in await talk.memory.mentions.unread(sam)] == [handoff.id]
