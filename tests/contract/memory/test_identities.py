"""Nobody reaches another customer's thread; whoever proves who they are finds their own."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from memory.errors import TooManyCodes, UnknownCustomer
from memory.model import (
    Address,
    CodeUse,
    CustomerId,
    HandoffReason,
    HandoffState,
    Identity,
    LearnFact,
    LinkResult,
    OpenCase,
    Outcome,
    Proof,
    Reply,
    RequestHandoff,
)
from tests.contract.memory.talk import ANA, BEN, Talk, task

WEB, OTHER_WEB, REST, CHAT = ("web", "v1"), ("web", "v2"), ("rest", "ana-7"), ("telegram", "42")


async def code_of(talk: Talk, customer_id: CustomerId, minutes: int = 10) -> str:
    return await talk.memory.identities.issue_code(customer_id, talk.clock.now + timedelta(minutes=minutes))


async def test_an_address_leads_to_the_same_customer_again(talk: Talk) -> None:
    assert await talk.say(at=CHAT) == await talk.say(at=CHAT)
    assert await talk.say(at=CHAT) != await talk.say(at=("telegram", "43"))


async def test_the_same_id_on_two_channels_is_two_customers(talk: Talk) -> None:
    assert await talk.say(at=("web", "42")) != await talk.say(at=("telegram", "42"))


async def test_a_signed_identity_leads_to_the_same_customer_from_everywhere(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    assert await talk.say(at=OTHER_WEB, identity=ANA) == ana
    assert await talk.say(at=REST, identity=ANA) == ana
    assert await talk.say(at=WEB, identity=BEN) != ana


async def test_what_a_visitor_said_before_signing_in_becomes_part_of_their_thread(talk: Talk) -> None:
    ana = await talk.say("from another day", at=OTHER_WEB, identity=ANA)
    anonymous = await talk.say("before", at=WEB)
    assert anonymous != ana
    assert await talk.say("after", at=WEB, identity=ANA) == ana
    messages = await talk.said(ana)
    assert [m.text for m in messages] == ["from another day", "ok", "before", "ok", "after", "ok"]
    assert [m.number for m in messages] == [1, 2, 3, 4, 5, 6]
    assert {m.customer_id for m in messages} == {ana}
    assert await talk.said(anonymous) == []
    with pytest.raises(UnknownCustomer):
        await talk.memory.identities.customer(anonymous)


async def test_after_signing_out_the_visitors_token_does_not_reach_the_identified_thread(talk: Talk) -> None:
    await talk.say("before", at=WEB)
    ana = await talk.say("after", at=WEB, identity=ANA)
    stranger = await talk.say("who was that?", at=WEB)
    assert stranger != ana
    assert await talk.texts(stranger) == ["who was that?", "ok"]
    found = await talk.memory.identities.customer_for(Address(*WEB), Proof.NONE)
    assert found is not None
    assert found.id == stranger


async def test_an_unproved_sender_of_a_known_name_reaches_an_anonymous_customer_only(talk: Talk) -> None:
    ana = await talk.say("identified", at=REST, identity=ANA)
    trusted = await talk.say("trusted", at=REST, proof=Proof.TRUSTED_CALLER)
    claimed = await talk.say("I am ana-7, honestly", at=REST)
    assert len({ana, trusted, claimed}) == 3
    assert await talk.texts(claimed) == ["I am ana-7, honestly", "ok"]
    assert await talk.say("me again", at=REST, identity=ANA) == ana
    assert await talk.say("me again", at=REST, proof=Proof.TRUSTED_CALLER) == trusted


async def test_an_unproved_sender_does_not_get_the_receipt_of_a_trusted_one(talk: Talk) -> None:
    trusted = await talk.hear("mine", at=REST, provider_id="1", proof=Proof.TRUSTED_CALLER)
    identified = await talk.hear("mine", at=REST, provider_id="1", identity=ANA)
    claimed = await talk.hear("mine", at=REST, provider_id="1")
    assert not claimed.duplicate
    assert len({trusted.inbox_id, identified.inbox_id, claimed.inbox_id}) == 3


async def test_a_trusted_callers_thread_becomes_the_identified_ones_for_good(talk: Talk) -> None:
    await talk.say("before", at=REST, proof=Proof.TRUSTED_CALLER)
    ana = await talk.say("signed", at=REST, proof=Proof.TRUSTED_CALLER, identity=ANA)
    assert await talk.say("after", at=REST, proof=Proof.TRUSTED_CALLER) == ana
    assert (await talk.texts(ana))[::2] == ["before", "signed", "after"]


async def test_planting_an_identity_on_an_open_sender_does_not_catch_a_trusted_callers_messages(talk: Talk) -> None:
    mallory = await talk.say("planting", at=("rest", "victim"), identity=BEN)
    victim = await talk.say("private", at=("rest", "victim"), proof=Proof.TRUSTED_CALLER)
    assert victim != mallory


async def test_two_customers_with_different_subjects_are_never_merged(talk: Talk) -> None:
    ana = await talk.say("I am Ana", at=REST, proof=Proof.TRUSTED_CALLER, identity=ANA)
    ben = await talk.say("I am Ben", at=REST, proof=Proof.TRUSTED_CALLER, identity=BEN)
    assert ana != ben
    assert await talk.texts(ana) == ["I am Ana", "ok"]
    assert await talk.texts(ben) == ["I am Ben", "ok"]


async def test_a_redelivery_across_signing_in_is_still_recognised(talk: Talk) -> None:
    first = await talk.hear("once", at=WEB, provider_id="c1")
    again = await talk.hear("once", at=WEB, provider_id="c1", identity=ANA)
    assert (again.inbox_id, again.duplicate) == (first.inbox_id, True)
    await talk.hear("next", at=WEB, identity=ANA)
    late = await talk.hear("once", at=WEB, provider_id="c1", identity=ANA)
    assert (late.inbox_id, late.duplicate) == (first.inbox_id, True)


async def test_a_message_that_waited_while_its_sender_signed_in_is_answered_in_the_merged_thread(talk: Talk) -> None:
    waiting = await talk.hear("before", at=WEB)
    ana = (await talk.hear("after", at=WEB, identity=ANA)).customer_id
    await talk.answer("re before")
    await talk.answer("re after")
    assert await talk.texts(ana) == ["before", "re before", "after", "re after"]
    replies = await talk.memory.inbox.replies(waiting.inbox_id)
    assert replies is not None
    assert [reply.text for reply in replies] == ["re before"]


async def test_a_second_anonymous_thread_with_the_same_message_ids_merges_too(talk: Talk) -> None:
    await talk.say("one", at=WEB, provider_id="c1")
    await talk.say("two", at=WEB, identity=ANA, provider_id="c2")
    await talk.say("three", at=WEB, provider_id="c1")
    ana = await talk.say("four", at=WEB, identity=ANA, provider_id="c4")
    assert (await talk.texts(ana))[::2] == ["one", "two", "three", "four"]


async def test_signing_in_waits_for_the_turn_under_way_and_loses_nothing(talk: Talk) -> None:
    await talk.hear("before", at=WEB)
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        signing_in = asyncio.create_task(talk.hear("after", at=WEB, identity=ANA))
        await asyncio.wait({signing_in}, timeout=0.2)
        await turn.commit(Outcome(replies=[Reply("re before")]))
    ana = (await asyncio.wait_for(signing_in, timeout=10)).customer_id
    await talk.answer("re after")
    assert await talk.texts(ana) == ["before", "re before", "after", "re after"]


async def test_the_anonymous_dialogue_goes_on_when_it_is_newer_and_has_a_task(talk: Talk) -> None:
    await talk.hear(at=OTHER_WEB, identity=ANA)
    await talk.answer(dialogue=task("cancel_form"))
    talk.clock.advance(minutes=1)
    await talk.hear(at=WEB)
    await talk.answer(dialogue=task("return_form", order="1042"))
    assert (await talk.thread_at(WEB, identity=ANA)).dialogue == task("return_form", order="1042")


async def test_an_anonymous_dialogue_without_a_task_does_not_displace_one(talk: Talk) -> None:
    await talk.hear(at=OTHER_WEB, identity=ANA)
    await talk.answer(dialogue=task("cancel_form"))
    talk.clock.advance(minutes=1)
    await talk.hear(at=WEB)
    await talk.answer(dialogue=task(None))
    assert (await talk.thread_at(WEB, identity=ANA)).dialogue == task("cancel_form")


async def test_an_anonymous_dialogue_is_kept_where_there_was_none(talk: Talk) -> None:
    await talk.hear(at=WEB)
    await talk.answer(dialogue=task("return_form"))
    assert (await talk.thread_at(WEB, identity=ANA)).dialogue == task("return_form")


async def test_cases_facts_and_the_handoff_come_along_with_their_places(talk: Talk) -> None:
    await talk.say("long ago", at=OTHER_WEB, identity=ANA)
    await talk.hear("my address is 12 Mill Lane", at=WEB)
    records = [LearnFact("delivery_address", "12 Mill Lane"), OpenCase("return_item", "Return of the tent")]
    await talk.answer("ok", records=[*records, RequestHandoff(HandoffReason.ASKED_FOR_PERSON)])
    ana = await talk.say("it is me", at=WEB, identity=ANA)
    (line,) = await talk.memory.handoffs.queue([HandoffState.QUEUED])
    assert line.handoff.customer_id == ana
    brief = (await talk.memory.handoffs.view(line.handoff.id)).brief
    assert brief.customer.subject == "ana-7"
    assert brief.asked_in is not None
    assert brief.asked_in.text == "my address is 12 Mill Lane"
    assert [(fact.value, fact.number) for fact in brief.facts] == [("12 Mill Lane", 3)]
    assert [case.title for case in brief.cases] == ["Return of the tent"]


async def test_of_two_values_of_a_fact_the_younger_counts_after_merging(talk: Talk) -> None:
    await talk.hear(at=OTHER_WEB, identity=ANA)
    await talk.answer(records=[LearnFact("size", "M"), LearnFact("colour", "red")])
    talk.clock.advance(minutes=1)
    await talk.hear(at=WEB)
    await talk.answer(records=[LearnFact("size", "L")])
    handoff = await talk.ask_for_person(WEB, identity=ANA)
    facts = (await talk.memory.handoffs.view(handoff.id)).brief.facts
    assert {fact.key: fact.value for fact in facts} == {"size": "L", "colour": "red"}


async def test_of_two_open_handoffs_the_one_a_person_has_goes_on(talk: Talk) -> None:
    waiting = await talk.ask_for_person(OTHER_WEB, identity=ANA)
    talk.clock.advance(minutes=1)
    mine, mara = await talk.ask_for_person(WEB), await talk.agent()
    await talk.memory.handoffs.move(mine.id, HandoffState.ACCEPTED, mara)
    thread = await talk.thread_at(WEB, identity=ANA)
    assert thread.handoff is not None
    assert (thread.handoff.id, thread.handoff.state) == (mine.id, HandoffState.ACCEPTED)
    assert (await talk.memory.handoffs.view(waiting.id)).handoff.state is HandoffState.ABANDONED


async def test_a_one_time_code_links_a_chat_to_the_customer_it_was_made_for(talk: Talk) -> None:
    ana = await talk.say("on the web", at=WEB, identity=ANA)
    await talk.say("unknown yet", at=CHAT)
    code = await code_of(talk, ana)
    thread = await talk.thread_at(CHAT, link_code=code)
    assert (thread.link, thread.customer.id) == (LinkResult.LINKED, ana)
    assert await talk.say("still me", at=CHAT) == ana
    assert (await talk.texts(ana))[:4] == ["on the web", "ok", "unknown yet", "ok"]


async def test_a_code_links_a_chat_that_never_wrote_before(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    accepted = await talk.hear("/start", at=CHAT, link_code=await code_of(talk, ana))
    assert accepted.customer_id == ana


async def test_a_code_is_used_once(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    code = await code_of(talk, ana)
    await talk.say(at=CHAT, link_code=code)
    thread = await talk.thread_at(("telegram", "66"), link_code=code)
    assert thread.link is LinkResult.REFUSED
    assert thread.customer.id != ana


async def test_of_two_who_redeem_a_code_at_once_one_is_linked(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    code = await code_of(talk, ana)
    receipts = await asyncio.gather(*(talk.hear(at=("telegram", f"{n}"), link_code=code) for n in range(6)))
    assert sum(receipt.customer_id == ana for receipt in receipts) == 1


async def test_a_redelivered_code_is_not_refused(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    code = await code_of(talk, ana)
    first = await talk.hear("/start", at=CHAT, link_code=code, provider_id="1")
    again = await talk.hear("/start", at=CHAT, link_code=code, provider_id="1")
    assert (again.inbox_id, again.duplicate) == (first.inbox_id, True)
    assert (await talk.answer()).link is LinkResult.LINKED


async def test_an_expired_or_invented_code_is_refused_and_changes_nothing(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    code = await code_of(talk, ana, minutes=10)
    talk.clock.advance(minutes=10)
    for bad in (code, "invented", ""):
        thread = await talk.thread_at(CHAT, link_code=bad)
        assert thread.link is LinkResult.REFUSED
        assert thread.customer.id != ana
    assert (await talk.thread_at(CHAT)).link is None


async def test_an_unproved_sender_is_not_linked_and_leaves_the_code_unused(talk: Talk) -> None:
    chatting = await talk.say(at=CHAT)
    code = await code_of(talk, chatting)
    thread = await talk.thread_at(REST, link_code=code)
    assert (thread.link, thread.customer.id == chatting) == (LinkResult.REFUSED, False)
    linked = await talk.thread_at(WEB, link_code=code)
    assert (linked.link, linked.customer.id) == (LinkResult.LINKED, chatting)


async def test_a_visitor_who_did_not_sign_in_is_not_linked_to_an_identified_customer(talk: Talk) -> None:
    ana = await talk.say(at=OTHER_WEB, identity=ANA)
    code = await code_of(talk, ana)
    thread = await talk.thread_at(WEB, link_code=code)
    assert (thread.link, thread.customer.id == ana) == (LinkResult.SIGN_IN_FIRST, False)
    linked = await talk.thread_at(WEB, link_code=code, identity=ANA)
    assert (linked.link, linked.customer.id) == (LinkResult.LINKED, ana)


async def test_an_anonymous_visitors_thread_goes_on_in_a_chat_that_is_identified(talk: Talk) -> None:
    ana = await talk.say("known", at=OTHER_WEB, identity=ANA)
    await talk.say(at=CHAT, link_code=await code_of(talk, ana))
    visitor = await talk.say("from the shop's page", at=WEB)
    thread = await talk.thread_at(CHAT, link_code=await code_of(talk, visitor))
    assert (thread.link, thread.customer.id) == (LinkResult.LINKED, ana)
    assert "from the shop's page" in await talk.texts(ana)
    assert await talk.say("the token alone", at=WEB) != ana


async def test_a_chat_may_be_linked_anew_to_another_identified_customer(talk: Talk) -> None:
    ana, ben = await talk.say("a", at=WEB, identity=ANA), await talk.say("b", at=OTHER_WEB, identity=BEN)
    await talk.say("as Ana", at=CHAT, link_code=await code_of(talk, ana))
    await talk.say("as Ben", at=CHAT, link_code=await code_of(talk, ben))
    assert (await talk.texts(ana))[::2] == ["a", "as Ana"]
    assert (await talk.texts(ben))[::2] == ["b", "as Ben"]
    assert await talk.say("still Ben", at=CHAT) == ben


async def test_a_signed_in_visitor_takes_in_a_chat_by_its_code(talk: Talk) -> None:
    ana = await talk.say("signed in", at=WEB, identity=ANA)
    chatting = await talk.say("chat", at=CHAT)
    thread = await talk.thread_at(WEB, identity=ANA, link_code=await code_of(talk, chatting))
    assert (thread.link, thread.customer.id) == (LinkResult.LINKED, ana)
    assert await talk.say("chat again", at=CHAT) == ana


async def test_a_signed_in_visitor_cannot_take_in_another_identified_customer(talk: Talk) -> None:
    ana, ben = await talk.say("a", at=WEB, identity=ANA), await talk.say("b", at=OTHER_WEB, identity=BEN)
    thread = await talk.thread_at(WEB, identity=ANA, link_code=await code_of(talk, ben))
    assert (thread.link, thread.customer.id) == (LinkResult.REFUSED, ana)


async def test_a_code_made_before_its_customer_was_merged_still_leads_to_them(talk: Talk) -> None:
    visitor = await talk.say(at=WEB)
    code = await code_of(talk, visitor)
    ana = await talk.say(at=WEB, identity=ANA)
    assert (await talk.hear(at=CHAT, link_code=code)).customer_id == ana


async def test_a_code_for_nobody_is_not_made(talk: Talk) -> None:
    with pytest.raises(UnknownCustomer):
        await code_of(talk, CustomerId("nobody"))


async def test_asking_who_writes_from_here_creates_nobody(talk: Talk) -> None:
    async def who(address: Address, proof: Proof, identity: Identity | None = None) -> CustomerId | None:
        found = await talk.memory.identities.customer_for(address, proof, identity)
        return found.id if found else None

    assert await who(Address(*WEB), Proof.NONE) is None
    assert await who(Address(*WEB), Proof.NONE, ANA) is None
    visitor = await talk.say(at=WEB)
    assert await who(Address(*WEB), Proof.NONE) == visitor
    assert await who(Address(*WEB), Proof.NONE, ANA) == visitor
    ana = await talk.say(at=OTHER_WEB, identity=ANA)
    assert await who(Address(*WEB), Proof.NONE, ANA) == ana
    assert await who(Address(*WEB), Proof.NONE) == visitor
    assert await who(Address(*WEB), Proof.PLATFORM) is None


async def test_a_customer_can_be_looked_up(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    customer = await talk.memory.identities.customer(ana)
    assert (customer.id, customer.subject, customer.name, customer.last_number) == (ana, "ana-7", "Ana", 2)
    with pytest.raises(UnknownCustomer):
        await talk.memory.identities.customer(CustomerId("nobody"))


async def test_customers_who_sign_in_while_they_talk_lose_nothing(talk: Talk) -> None:
    visitors, each = 8, 4

    async def visit(number: int) -> CustomerId:
        address = ("web", f"v{number}")
        for count in range(each):
            identity = None if count < 2 else type(ANA)(f"subject-{number}")
            accepted = await talk.hear(f"{count}", address, identity=identity)
        return accepted.customer_id

    async def work(visits: asyncio.Future[list[CustomerId]]) -> None:
        while True:
            over = visits.done()
            async with talk.memory.turns.claim() as turn:
                if turn is not None:
                    await asyncio.sleep(0)
                    await turn.commit(Outcome(replies=[Reply(f"re {turn.inbound.text}")]))
                elif over:
                    return
            await asyncio.sleep(0.001)

    visits = asyncio.gather(*(visit(number) for number in range(visitors)))
    await asyncio.wait_for(asyncio.gather(visits, *(work(visits) for _ in range(4))), timeout=60)
    expected = [text for count in range(each) for text in (f"{count}", f"re {count}")]
    for customer_id in visits.result():
        assert await talk.texts(customer_id) == expected


async def test_after_five_wrong_codes_an_address_is_not_listened_to_for_ten_minutes(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    for _ in range(5):
        assert (await talk.thread_at(CHAT, link_code="wrong")).link is LinkResult.REFUSED
    assert (await talk.thread_at(CHAT, link_code=await code_of(talk, ana))).link is LinkResult.TOO_MANY
    assert (await talk.thread_at(("telegram", "43"), link_code=await code_of(talk, ana))).link is LinkResult.LINKED
    talk.clock.advance(minutes=11)
    assert (await talk.thread_at(CHAT, link_code=await code_of(talk, ana))).link is LinkResult.LINKED


async def test_a_hundred_wrong_codes_from_everywhere_shut_the_way_for_short_ones_only(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    short = await talk.memory.identities.issue_code(ana, talk.clock.now + timedelta(minutes=5), short=True)
    for number in range(100):
        assert await talk.memory.identities.sign_in(Address("web", f"guess-{number}"), "BBBB-2222") is None
    assert (await talk.thread_at(CHAT, link_code=short)).link is LinkResult.TOO_MANY
    assert (await talk.thread_at(CHAT, link_code=await code_of(talk, ana))).link is LinkResult.LINKED


async def test_a_customer_has_five_codes_in_ten_minutes(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    for _ in range(5):
        await code_of(talk, ana)
    with pytest.raises(TooManyCodes):
        await code_of(talk, ana)
    talk.clock.advance(minutes=11)
    await code_of(talk, ana)


async def test_a_code_for_signing_in_is_good_for_that_alone_and_once(talk: Talk) -> None:
    ana = await talk.say(at=WEB, identity=ANA)
    until = talk.clock.now + timedelta(minutes=10)
    code = await talk.memory.identities.issue_code(ana, until, short=True, use=CodeUse.SIGN_IN)
    assert (await talk.thread_at(CHAT, link_code=code)).link is LinkResult.REFUSED
    found = await talk.memory.identities.sign_in(Address(*OTHER_WEB), code)
    assert found is not None
    assert (found.id, found.subject) == (ana, "ana-7")
    assert await talk.memory.identities.sign_in(Address(*OTHER_WEB), code) is None
    linking = await talk.memory.identities.issue_code(ana, until, short=True)
    assert await talk.memory.identities.sign_in(Address(*OTHER_WEB), linking) is None


async def test_only_one_identified_customer_is_found_by_a_proved_email(talk: Talk) -> None:
    found = talk.memory.identities.identified_by_email
    ana = await talk.say(at=WEB, identity=ANA)
    customer = await found(" ANA@example.com")
    assert customer is not None
    assert customer.id == ana
    assert await found("ben@example.com") is None
    await talk.say(at=OTHER_WEB, identity=Identity("other", email="ana@example.com"))
    assert await found("ana@example.com") is None, "two have it, so it names nobody"


async def test_a_claim_without_proof_changes_how_somebody_is_addressed_and_nothing_else(talk: Talk) -> None:
    await talk.hear("my size is M", at=OTHER_WEB, identity=ANA)
    hers = [LearnFact("size", "M"), OpenCase("return_item", "Return of the tent")]
    ana = (await talk.answer("private", records=hers)).customer.id
    for at, more in ((WEB, {}), (REST, {}), (CHAT, {"display_name": "Ana"})):
        await talk.hear("I'm Ana, ana@example.com, order 1042", at=at, **more)
        claims = [LearnFact("name", "Ana"), LearnFact("email", "ana@example.com"), LearnFact("subject", "ana-7")]
        claimant = (await talk.answer("Hello Ana", records=claims)).customer.id
        thread = await talk.thread_at(at, **more)
        assert claimant == thread.customer.id != ana
        assert (thread.customer.subject, thread.customer.email, thread.links, thread.cases) == (None, None, (), ())
        assert {fact.key: fact.value for fact in thread.facts} == {claim.key: claim.value for claim in claims}
        assert "private" not in await talk.texts(claimant)
        shown = await talk.memory.identities.customer_for(Address(*at), Proof.NONE)
        assert shown is None or shown.id != ana
    found = await talk.memory.identities.identified_by_email("ana@example.com")
    assert found is not None
    assert (found.id, await talk.texts(ana)) == (ana, ["my size is M", "private"])
    assert [fact.key for fact in await talk.memory.facts.history(ana)] == ["size"]
    assert not await talk.memory.links.of(ana)
