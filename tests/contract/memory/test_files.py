"""Files belong to their customer: nobody else gets them, they move along, and they go when the customer goes."""

from __future__ import annotations

import pytest

from memory import rules
from memory.errors import TooManyFiles, UnknownCustomer, UnknownFile
from memory.model import Address, Attached, CustomerId, FileId, NewFile
from tests.contract.memory.talk import ANA, Talk

WEB = ("web", "v1")
PICTURE = NewFile("broken valve.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff\x00")


async def kept(talk: Talk, at: tuple[str, str] = WEB) -> tuple[CustomerId, Attached]:
    customer = await talk.say(at=at)
    return customer, await talk.memory.files.keep(customer, PICTURE, Address(*at))


def file_id(attached: Attached) -> FileId:
    assert attached.file_id is not None
    return attached.file_id


async def test_a_file_comes_back_as_it_was(talk: Talk) -> None:
    customer, attached = await kept(talk)
    assert (attached.name, attached.media_type, attached.size) == ("broken valve.png", "image/png", 11)
    assert await talk.memory.files.content(customer, file_id(attached)) == PICTURE.content
    assert await talk.memory.files.known(customer, [file_id(attached)]) == [attached]


async def test_nobody_gets_the_file_of_somebody_else(talk: Talk) -> None:
    _, attached = await kept(talk)
    other = await talk.say(at=("web", "v2"))
    with pytest.raises(UnknownFile):
        await talk.memory.files.content(other, file_id(attached))
    with pytest.raises(UnknownFile):
        await talk.memory.files.known(other, [file_id(attached)])
    with pytest.raises(UnknownCustomer):
        await talk.memory.files.keep(CustomerId("nobody"), PICTURE)


async def test_a_message_tells_what_came_with_it(talk: Talk) -> None:
    customer, attached = await kept(talk)
    await talk.hear("look", WEB, attachments=[attached.as_json()])
    await talk.answer("I see")
    assert (await talk.said(customer))[-2].attachments == (attached,)


async def test_an_agents_reply_has_its_files_and_none_of_others(talk: Talk) -> None:
    handoff, mara = await talk.taken(WEB)
    label = await talk.memory.files.keep(handoff.customer_id, NewFile("label.pdf", "application/pdf", b"%PDF-1.7"))
    reply = await talk.memory.handoffs.reply(handoff.id, mara, "Here it is", [file_id(label)])
    assert reply.attachments == (label,)
    assert (await talk.said(handoff.customer_id))[-1].attachments == (label,)
    _, elses = await kept(talk, ("web", "v2"))
    with pytest.raises(UnknownFile):
        await talk.memory.handoffs.reply(handoff.id, mara, "and this", [file_id(elses)])
    assert (await talk.texts(handoff.customer_id))[-1] == "Here it is"


async def test_files_are_limited_in_number_and_size(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    customer, _ = await kept(talk)
    for module in ("memory.sql.files", "memory.fakes.files"):
        monkeypatch.setattr(f"{module}.MOST_FILES", 2)
    await talk.memory.files.keep(customer, PICTURE)
    with pytest.raises(TooManyFiles):
        await talk.memory.files.keep(customer, PICTURE)
    for module in ("memory.sql.files", "memory.fakes.files"):
        monkeypatch.setattr(f"{module}.MOST_FILES", 99)
        monkeypatch.setattr(f"{module}.MOST_FILE_BYTES", 30)
    with pytest.raises(TooManyFiles):
        await talk.memory.files.keep(customer, PICTURE)
    assert rules.MOST_FILES > 2


async def test_files_go_with_their_customer(talk: Talk) -> None:
    customer, attached = await kept(talk)
    await talk.memory.custody.erase(customer, "r1")
    with pytest.raises(UnknownFile):
        await talk.memory.files.content(customer, file_id(attached))


async def test_files_go_along_when_customers_are_linked_and_back_when_they_are_parted(talk: Talk) -> None:
    phone = ("telegram", "42")
    stranger, attached = await kept(talk, phone)
    known = await talk.say("hello", ("web", "v2"), identity=ANA)
    hers = await talk.memory.files.keep(known, NewFile("hers.txt", "text/plain", b"hers"), Address("web", "v2"))
    code = await talk.memory.identities.issue_code(known, talk.clock.now.replace(year=2099))
    await talk.hear("linking", phone, link_code=code)
    await talk.answer()
    (link,) = await talk.memory.links.of(known)
    since = await talk.memory.files.keep(known, NewFile("since.txt", "text/plain", b"since"), Address(*phone))
    assert await talk.memory.files.content(known, file_id(attached)) == PICTURE.content
    await talk.memory.links.undo(link.id, why="mistake", by="operator")
    for theirs in (attached, since):
        assert await talk.memory.files.content(stranger, file_id(theirs))
        with pytest.raises(UnknownFile):
            await talk.memory.files.content(known, file_id(theirs))
    assert await talk.memory.files.content(known, file_id(hers)) == b"hers"
