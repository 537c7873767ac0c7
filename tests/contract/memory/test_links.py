"""A link has its grounds and can be undone: each side gets its own back, with what was said at its addresses since."""

from __future__ import annotations

import pytest

from memory.errors import TwoIdentities, UnknownCustomer, UnknownLink
from memory.model import (
    Address,
    CaseState,
    CloseCase,
    CustomerId,
    DeliveryState,
    EndFact,
    Erase,
    Extent,
    Grounds,
    HandoffReason,
    HandoffState,
    LearnFact,
    Link,
    LinkId,
    LinkResult,
    MakePromise,
    OpenCase,
    Proof,
    Record,
    RequestHandoff,
    UndoLink,
    Wish,
)
from tests.contract.memory.talk import ANA, BEN, Talk, task
from tests.contract.memory.test_identities import code_of

WEB, OTHER_WEB, CHAT, OTHER_CHAT = ("web", "v1"), ("web", "v2"), ("telegram", "42"), ("telegram", "43")
BY_HAND = Grounds(Proof.OPERATOR, "same person", by="operator")


async def link_of(talk: Talk, customer_id: CustomerId) -> Link:
    """The link that holds."""
    (link,) = (link for link in await talk.memory.links.of(customer_id) if link.holds)
    return link


async def undo(talk: Talk, customer_id: CustomerId) -> Link:
    """Undo the customer's only link."""
    link = await link_of(talk, customer_id)
    return await talk.memory.links.undo(link.id, why="not mine", by="operator")


async def chat_linked_to(talk: Talk, customer_id: CustomerId, at: tuple[str, str] = CHAT) -> None:
    """A chat follows a one-time link."""
    await talk.hear("/start", at=at, link_code=await code_of(talk, customer_id))
    assert (await talk.answer("linked")).link is LinkResult.LINKED


async def test_a_link_tells_its_grounds(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    await talk.say(at=CHAT)
    await chat_linked_to(talk, ana)
    link = await link_of(talk, ana)
    assert (link.proof, link.by, link.address) == (Proof.ONE_TIME_CODE, "customer", Address(*CHAT))
    assert (link.at, link.into, link.addresses) == (talk.clock.now, ana, (Address(*CHAT),))


async def test_signing_in_is_a_link_with_the_token_as_its_proof(talk: Talk) -> None:
    visitor = await talk.say(at=WEB)
    ana = await talk.say(at=WEB, identity=ANA)
    link = await link_of(talk, ana)
    assert (link.proof, link.absorbed, link.address) == (Proof.SIGNED_TOKEN, visitor, Address(*WEB))


async def test_an_operator_links_and_unlinks_with_a_reason(talk: Talk) -> None:
    ana, chat = await talk.say("a", at=WEB, identity=ANA), await talk.say("c", at=CHAT)
    made = await talk.memory.links.merge(chat, into=ana, on=BY_HAND)
    assert (made.proof, made.why, made.by, made.address) == (Proof.OPERATOR, "same person", "operator", None)
    undone = await talk.memory.links.undo(made.id, why="they say it is not", by="mara")
    assert (undone.holds, undone.undone_by, undone.undone_why) == (False, "mara", "they say it is not")
    assert await talk.texts(ana) == ["a", "ok"]
    assert await talk.texts(chat) == ["c", "ok"]
    assert [link.holds for link in await talk.memory.links.of(ana)] == [False]


async def test_two_identified_customers_are_not_linked_by_hand_either(talk: Talk) -> None:
    ana, ben = await talk.say(at=WEB, identity=ANA), await talk.say(at=OTHER_WEB, identity=BEN)
    with pytest.raises(TwoIdentities):
        await talk.memory.links.merge(ben, into=ana, on=BY_HAND)
    for nobody in (ana, CustomerId("nobody")):
        with pytest.raises(UnknownCustomer):
            await talk.memory.links.merge(nobody, into=ana, on=BY_HAND)


async def test_a_link_is_undone_once(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    link = await undo(talk, ana)
    for gone in (link.id, LinkId(10**9)):
        with pytest.raises(UnknownLink):
            await talk.memory.links.undo(gone, why="again", by="operator")


async def test_each_side_gets_its_messages_back_with_those_said_at_its_addresses_since(talk: Talk) -> None:
    ana, chat = await talk.say("web 1", at=WEB, identity=ANA), await talk.say("chat 1", at=CHAT)
    await chat_linked_to(talk, ana)
    await talk.say("web 2", at=WEB, identity=ANA)
    await talk.say("chat 2", at=CHAT)
    await talk.say("web 3", at=WEB, identity=ANA)
    await undo(talk, ana)
    assert await talk.texts(ana) == ["web 1", "ok", "web 2", "ok", "web 3", "ok"]
    assert await talk.texts(chat) == ["chat 1", "ok", "/start", "linked", "chat 2", "ok"]
    for customer_id in (ana, chat):
        messages = await talk.said(customer_id)
        assert [message.number for message in messages] == [1, 2, 3, 4, 5, 6]
        assert {message.customer_id for message in messages} == {customer_id}
        assert (await talk.memory.identities.customer(customer_id)).last_number == 6


async def test_after_unlinking_each_address_leads_to_its_own_customer(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await undo(talk, ana)
    chat = await talk.say("who am I?", at=CHAT)
    assert chat != ana
    assert await talk.texts(chat) == ["/start", "linked", "who am I?", "ok"]
    assert await talk.say("and I?", at=WEB, identity=ANA) == ana
    assert await talk.texts(ana) == ["hello", "ok", "and I?", "ok"]


async def test_a_message_that_waits_when_the_link_is_undone_is_answered_on_its_own_side(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    waiting = await talk.hear("chat", at=CHAT)
    await undo(talk, ana)
    thread = await talk.answer("re chat")
    assert thread.customer.id != ana
    assert await talk.texts(ana) == ["web", "ok"]
    replies = await talk.memory.inbox.replies(waiting.inbox_id)
    assert replies is not None
    assert [reply.text for reply in replies] == ["re chat"]


async def test_facts_and_cases_go_back_to_whom_they_are_of(talk: Talk) -> None:
    await talk.hear("M", at=WEB, identity=ANA)
    ana = (await talk.answer(records=[LearnFact("size", "M"), OpenCase("return_item", "Ana's")])).customer.id
    talk.clock.advance(minutes=1)
    await talk.hear("L", at=CHAT)
    records = [LearnFact("size", "L"), LearnFact("colour", "red"), OpenCase("cancel_order", "Chat's")]
    await talk.answer(records=records)
    await chat_linked_to(talk, ana)
    talk.clock.advance(minutes=1)
    await talk.hear("green", at=CHAT)
    thread = await talk.answer(records=[LearnFact("colour", "green"), CloseCase("cancel_order", CaseState.SOLVED)])
    assert {fact.key: fact.value for fact in thread.facts} == {"size": "L", "colour": "red"}
    await undo(talk, ana)
    hers, theirs = await brief_at(talk, WEB, identity=ANA), await brief_at(talk, CHAT)
    assert hers == ({"size": ("M", "M")}, [("Ana's", None)], [])
    assert theirs == (
        {"size": ("L", "L"), "colour": ("green", "green")},
        [("Chat's", CaseState.SOLVED)],
        [],
    )


async def brief_at(talk: Talk, at: tuple[str, str], **more: object) -> tuple[object, object, object]:
    """What an agent would be told: facts with the words they came from, cases, promises."""
    handoff = await talk.ask_for_person(at, **more)
    brief = (await talk.memory.handoffs.view(handoff.id)).brief
    said = {message.number: message.text for message in await talk.said(handoff.customer_id)}
    facts = {fact.key: (fact.value, said[fact.number]) for fact in brief.facts}
    cases = [(case.title, None if case.outcome is CaseState.HANDED_OVER else case.outcome) for case in brief.cases]
    return facts, cases, [promise.text for promise in brief.promises]


async def test_promises_made_since_belong_to_the_side_they_were_made_to(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await talk.hear(at=CHAT)
    await talk.answer(records=[MakePromise("call", talk.clock.now)])
    await undo(talk, ana)
    assert (await brief_at(talk, WEB, identity=ANA))[2] == []
    assert (await brief_at(talk, CHAT))[2] == ["call"]


async def test_a_dialogue_that_both_went_on_with_is_nobodys(talk: Talk) -> None:
    await talk.hear(at=WEB, identity=ANA)
    ana = (await talk.answer(dialogue=task("return_form", order="1042"))).customer.id
    await chat_linked_to(talk, ana)
    await talk.hear(at=CHAT)
    await talk.answer(dialogue=task("return_form", order="1042", reason="too small"))
    await undo(talk, ana)
    assert (await talk.thread_at(CHAT)).dialogue is None
    assert (await talk.thread_at(WEB, identity=ANA)).dialogue == task("return_form", order="1042")


async def test_a_dialogue_stays_with_the_only_side_that_spoke(talk: Talk) -> None:
    await talk.hear(at=CHAT)
    await talk.answer(dialogue=task("cancel_form"))
    await talk.hear(at=WEB, identity=ANA)
    ana = (await talk.answer(dialogue=task("return_form"))).customer.id
    chat = await talk.memory.identities.customer_for(Address(*CHAT), Proof.PLATFORM)
    assert chat is not None
    await talk.memory.links.merge(chat.id, into=ana, on=BY_HAND)
    await talk.hear(at=WEB, identity=ANA)
    await talk.answer(dialogue=task("return_form", order="1042"))
    await undo(talk, ana)
    assert (await talk.thread_at(WEB, identity=ANA)).dialogue == task("return_form", order="1042")
    assert (await talk.thread_at(CHAT)).dialogue == task("cancel_form")


async def test_who_waited_for_a_person_waits_again(talk: Talk) -> None:
    first = await talk.ask_for_person(CHAT)
    talk.clock.advance(minutes=1)
    second = await talk.ask_for_person(WEB, identity=ANA)
    await talk.memory.links.merge(first.customer_id, into=second.customer_id, on=BY_HAND)
    queue = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    assert [line.handoff.id for line in queue] == [first.id]
    await undo(talk, second.customer_id)
    queue = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    assert [(line.handoff.id, line.handoff.customer_id) for line in queue] == [
        (first.id, first.customer_id),
        (second.id, second.customer_id),
    ]


async def test_what_an_agent_settled_for_both_is_not_asked_for_again(talk: Talk) -> None:
    first = await talk.ask_for_person(CHAT)
    talk.clock.advance(minutes=1)
    second, mara = await talk.ask_for_person(WEB, identity=ANA), await talk.agent()
    await talk.memory.links.merge(first.customer_id, into=second.customer_id, on=BY_HAND)
    await talk.memory.handoffs.move(first.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.move(first.id, HandoffState.RESOLVED, mara)
    await undo(talk, second.customer_id)
    assert await talk.memory.handoffs.queue([HandoffState.QUEUED]) == []


async def test_an_agents_words_stay_where_they_were_read(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await talk.hear("a person", at=WEB, identity=ANA)
    await talk.answer("of course", records=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON)])
    (line,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    mara = await talk.agent()
    await talk.memory.handoffs.move(line.handoff.id, HandoffState.ACCEPTED, mara)
    await talk.memory.handoffs.reply(line.handoff.id, mara, "on the web")
    await talk.hear("now here", at=CHAT)
    await talk.answer()
    await talk.memory.handoffs.reply(line.handoff.id, mara, "on the phone")
    await undo(talk, ana)
    assert (await talk.texts(ana))[-1] == "on the web"
    chat = await talk.memory.identities.customer_for(Address(*CHAT), Proof.PLATFORM)
    assert chat is not None
    assert (await talk.texts(chat.id))[-2:] == ["now here", "on the phone"]


async def test_what_is_on_its_way_still_reaches_the_right_chat_and_message(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await undo(talk, ana)
    (row,) = await talk.memory.outbox.claim(["telegram"], 5)
    assert (row.address, row.message.text, row.message.number) == (Address(*CHAT), "linked", 2)
    await talk.memory.outbox.settle(row.id, DeliveryState.SENT)
    assert (await talk.said(row.customer_id))[1].delivery is DeliveryState.SENT


async def test_a_name_that_was_lent_is_taken_back(talk: Talk) -> None:
    web = await talk.say(at=WEB)
    await talk.hear("/start", at=CHAT, link_code=await code_of(talk, web), display_name="Zoe")
    await talk.answer()
    assert (await talk.memory.identities.customer(web)).name == "Zoe"
    named = await talk.say(at=OTHER_CHAT, display_name="Max")
    await undo(talk, web)
    link = await talk.memory.links.merge(named, into=web, on=BY_HAND)
    await talk.memory.links.undo(link.id, why="no", by="operator")
    assert (await talk.memory.identities.customer(named)).name == "Max"
    assert (await talk.memory.identities.customer(web)).name != "Max"


async def test_an_anonymous_browser_leads_again_to_what_it_said_before_signing_in(talk: Talk) -> None:
    visitor = await talk.say("before", at=WEB)
    ana = await talk.say("after", at=WEB, identity=ANA)
    await undo(talk, ana)
    assert await talk.say("again", at=WEB) == visitor
    assert (await talk.texts(visitor))[::2] == ["before", "again"]
    assert (await talk.texts(ana))[::2] == ["after"]


async def test_a_browser_that_somebody_new_writes_from_is_left_to_them(talk: Talk) -> None:
    visitor = await talk.say("before", at=WEB)
    ana = await talk.say("after", at=WEB, identity=ANA)
    new = await talk.say("somebody new", at=WEB)
    await undo(talk, ana)
    assert await talk.say("again", at=WEB) == new
    assert (await talk.texts(visitor))[::2] == ["before"]


async def test_links_upon_links_are_undone_from_within(talk: Talk) -> None:
    one, two, ana = await talk.say("one", at=CHAT), await talk.say("two", at=OTHER_CHAT), None
    inner = await talk.memory.links.merge(one, into=two, on=BY_HAND)
    ana = await talk.say("ana", at=WEB, identity=ANA)
    outer = await talk.memory.links.merge(two, into=ana, on=BY_HAND)
    await talk.say("one more", at=CHAT)
    assert [link.id for link in await talk.memory.links.of(ana)] == [outer.id, inner.id]
    await talk.memory.links.undo(inner.id, why="no", by="operator")
    assert (await talk.texts(one))[::2] == ["one", "one more"]
    assert (await talk.texts(ana))[::2] == ["ana", "two"]
    await talk.memory.links.undo(outer.id, why="no", by="operator")
    assert (await talk.texts(two))[::2] == ["two"]
    assert (await talk.texts(ana))[::2] == ["ana"]


async def test_links_upon_links_are_undone_from_without(talk: Talk) -> None:
    one, two = await talk.say("one", at=CHAT), await talk.say("two", at=OTHER_CHAT)
    inner = await talk.memory.links.merge(one, into=two, on=BY_HAND)
    ana = await talk.say("ana", at=WEB, identity=ANA)
    outer = await talk.memory.links.merge(two, into=ana, on=BY_HAND)
    await talk.say("one more", at=CHAT)
    await talk.memory.links.undo(outer.id, why="no", by="operator")
    assert (await talk.texts(two))[::2] == ["two", "one", "one more"]
    assert (await talk.texts(ana))[::2] == ["ana"]
    assert [link.id for link in await talk.memory.links.of(two)] == [inner.id]
    await talk.memory.links.undo(inner.id, why="no", by="operator")
    assert (await talk.texts(one))[::2] == ["one", "one more"]
    assert (await talk.texts(two))[::2] == ["two"]


async def test_who_was_unlinked_can_be_linked_again(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await undo(talk, ana)
    await chat_linked_to(talk, ana)
    assert await talk.say("one again", at=CHAT) == ana
    assert (await talk.texts(ana))[::2] == ["web", "/start", "/start", "one again"]
    assert [link.holds for link in await talk.memory.links.of(ana)] == [True, False]


async def test_the_turn_that_undoes_a_link_stays_on_its_own_side(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await talk.hear("this is not my Telegram", at=WEB, identity=ANA)
    thread = await talk.peek()
    (link,) = thread.links
    await talk.answer("unlinked", records=[UndoLink(link.id)])
    assert await talk.texts(ana) == ["web", "ok", "this is not my Telegram", "unlinked"]
    assert await talk.say(at=CHAT) != ana
    assert (await talk.thread_at(WEB, identity=ANA)).links == ()


async def test_the_chat_that_unlinks_itself_keeps_its_words_and_gets_the_answer(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await talk.hear("unlink me", at=CHAT)
    (link,) = (await talk.peek()).links
    await talk.answer("done", records=[UndoLink(link.id)])
    chat = await talk.say(at=CHAT)
    assert chat != ana
    assert (await talk.texts(chat))[:4] == ["/start", "linked", "unlink me", "done"]
    assert await talk.texts(ana) == ["web", "ok"]
    first = (await talk.memory.outbox.claim(["telegram"], 1))[0]
    assert first.customer_id == chat


async def test_only_ones_own_links_are_undone_in_a_conversation(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    link = await link_of(talk, ana)
    await talk.hear(at=OTHER_WEB)
    await talk.answer(records=[UndoLink(link.id)])
    assert (await link_of(talk, ana)).holds


async def test_two_threads_are_told_in_the_order_in_which_messages_were_accepted(talk: Talk) -> None:
    ana = await talk.say("web 1", at=WEB, identity=ANA)
    talk.clock.advance(minutes=1)
    chat = await talk.say("chat 1", at=CHAT)
    talk.clock.advance(minutes=1)
    await talk.say("web 2", at=WEB, identity=ANA)
    before = (await talk.memory.identities.customer(ana)).renumbered
    await talk.memory.links.merge(chat, into=ana, on=BY_HAND)
    assert (await talk.texts(ana))[::2] == ["web 1", "chat 1", "web 2"]
    assert (await talk.memory.identities.customer(ana)).renumbered > before, "who shows the thread must read it anew"
    await undo(talk, ana)
    assert (await talk.texts(ana))[::2] == ["web 1", "web 2"]
    assert (await talk.texts(chat))[::2] == ["chat 1"]


async def test_a_thread_that_is_older_than_what_comes_keeps_its_numbers(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    talk.clock.advance(minutes=1)
    chat = await talk.say("chat", at=CHAT)
    await talk.memory.links.merge(chat, into=ana, on=BY_HAND)
    assert (await talk.texts(ana))[::2] == ["web", "chat"]
    assert (await talk.memory.identities.customer(ana)).renumbered == 0


async def test_a_question_stands_before_its_answer_also_when_it_had_to_wait(talk: Talk) -> None:
    ana = (await talk.hear("web 1", at=WEB, identity=ANA)).customer_id
    talk.clock.advance(minutes=1)
    chat = (await talk.hear("chat 1", at=CHAT)).customer_id
    for _ in range(2):
        talk.clock.advance(minutes=1)
        await talk.answer("ok")
    await talk.memory.links.merge(chat, into=ana, on=BY_HAND)
    assert await talk.texts(ana) == ["web 1", "ok", "chat 1", "ok"]


async def test_what_one_side_denies_counts_for_the_other_again(talk: Talk) -> None:
    ana, chat = await linked_after(talk, hers=[LearnFact("size", "M")])
    await talk.hear("no size of mine", at=CHAT)
    await talk.answer(records=[EndFact("size")])
    assert await known(talk, ana) == {}
    await undo(talk, ana)
    assert (await known(talk, ana), await known(talk, chat)) == ({"size": "M"}, {})


async def test_what_was_denied_by_whose_it_is_stays_so(talk: Talk) -> None:
    ana, chat = await linked_after(talk, hers=[LearnFact("size", "M")])
    for at, more in ((CHAT, {}), (WEB, {"identity": ANA})):
        await talk.hear("L", at=CHAT)
        await talk.answer(records=[LearnFact("size", "L")])
        await talk.hear("no size", at=at, **more)
        await talk.answer(records=[EndFact("size")])
    await undo(talk, ana)
    assert (await known(talk, ana), await known(talk, chat)) == ({}, {"size": "L"})


async def test_what_both_have_said_each_of_them_keeps(talk: Talk) -> None:
    ana, chat = await linked_after(talk, hers=[LearnFact("size", "M")])
    for _ in range(3):
        for at, more in ((CHAT, {}), (WEB, {"identity": ANA})):
            await talk.hear("M", at=at, **more)
            await talk.answer(records=[LearnFact("size", "M")])
    assert [fact.value for fact in await talk.memory.facts.history(ana)] == ["M", "M"], "one for each who said so"
    await undo(talk, ana)
    assert (await known(talk, ana), await known(talk, chat)) == ({"size": "M"}, {"size": "M"})


async def test_a_fact_is_superseded_by_what_the_same_side_said_next(talk: Talk) -> None:
    ana, _ = await linked_after(talk, hers=[LearnFact("size", "S")])
    for at, size, more in ((CHAT, "M", {}), (WEB, "L", {"identity": ANA}), (WEB, None, {"identity": ANA})):
        talk.clock.advance(minutes=1)
        await talk.hear(size or "none", at=at, **more)
        await talk.answer(records=[LearnFact("size", size) if size else EndFact("size")])
    await undo(talk, ana)
    small, large = await talk.memory.facts.history(ana)
    assert (small.value, small.superseded_by, small.valid_until) == ("S", large.number, large.at)
    assert (large.value, large.superseded_by, large.valid_until) == ("L", None, talk.clock.now)


async def linked_after(
    talk: Talk, hers: list[Record], theirs: tuple[Record, ...] = ()
) -> tuple[CustomerId, CustomerId]:
    """Ana on the web and somebody in a chat, one customer after each has told something."""
    await talk.hear("hers", at=WEB, identity=ANA)
    ana = (await talk.answer(records=hers)).customer.id
    await talk.hear("theirs", at=CHAT)
    chat = (await talk.answer(records=theirs)).customer.id
    await talk.memory.links.merge(chat, into=ana, on=BY_HAND)
    return ana, chat


async def known(talk: Talk, customer_id: CustomerId) -> dict[str, str]:
    """The facts that hold."""
    return {fact.key: fact.value for fact in await talk.memory.facts.history(customer_id) if fact.valid_until is None}


async def test_cases_of_the_same_name_stay_two(talk: Talk) -> None:
    both = [OpenCase("return_item", "Hers", "form")], (OpenCase("return_item", "Theirs", "form"),)
    ana, _ = await linked_after(talk, *both)
    assert {case.title for case in (await talk.thread_at(WEB, identity=ANA)).cases} == {"Hers", "Theirs"}
    await undo(talk, ana)
    for at, title, more in ((WEB, "Hers", {"identity": ANA}), (CHAT, "Theirs", {})):
        assert [(case.key, case.title) for case in (await talk.thread_at(at, **more)).cases] == [("form", title)]


async def test_a_case_that_went_along_with_the_other_sides_handoff_is_open_again(talk: Talk) -> None:
    ana, _ = await linked_after(talk, hers=[OpenCase("return_item", "Hers")])
    await talk.hear("a person", at=CHAT)
    await talk.answer(records=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON)])
    await undo(talk, ana)
    thread = await talk.thread_at(WEB, identity=ANA)
    assert (thread.handoff, [case.state for case in thread.cases]) == (None, [CaseState.OPEN])


async def test_who_asks_for_a_person_while_the_other_waits_waits_too(talk: Talk) -> None:
    ana, chat = await linked_after(talk, hers=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON)])
    for _ in range(2):
        await talk.hear("a person for me as well", at=CHAT)
        await talk.answer(records=[RequestHandoff(HandoffReason.ASKED_FOR_PERSON)])
    assert len(await talk.memory.handoffs.queue([HandoffState.QUEUED])) == 1
    await undo(talk, ana)
    queue = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    assert {line.handoff.customer_id for line in queue} == {ana, chat}
    (theirs,) = (line.handoff.id for line in queue if line.handoff.customer_id == chat)
    asked_in = (await talk.memory.handoffs.view(theirs)).brief.asked_in
    assert asked_in is not None
    assert asked_in.text == "a person for me as well"


async def test_a_wish_whose_words_were_erased_points_to_nobodys_words(talk: Talk) -> None:
    await talk.wish(Wish.CHANNEL, "telegram", CHAT)
    await talk.hear("forget this conversation", at=CHAT)
    await talk.answer("erased", records=[Erase(Extent.CONVERSATION, "r-1")])
    ana = await talk.say("Ana's", at=WEB, identity=ANA)
    chat = await talk.memory.identities.customer_for(Address(*CHAT), Proof.PLATFORM)
    assert chat is not None
    await talk.memory.links.merge(chat.id, into=ana, on=BY_HAND)
    assert [(fact.number, fact.said) for fact in await talk.memory.facts.history(ana)] == [(0, None)]
    await undo(talk, ana)
    assert [(fact.number, fact.said) for fact in await talk.memory.facts.history(chat.id)] == [(0, None)]
    assert await talk.memory.facts.history(ana) == ()


async def test_a_chat_that_unlinks_itself_does_not_keep_the_other_side_waiting(talk: Talk) -> None:
    ana = await talk.say("web", at=WEB, identity=ANA)
    await chat_linked_to(talk, ana)
    await talk.hear("unlink me", at=CHAT)
    await talk.answer("done", records=[UndoLink((await link_of(talk, ana)).id)])
    assert await talk.say("I go on", at=WEB, identity=ANA) == ana
