"""Memory belongs to the customer: erased for good, handed out once, let go when its time has come."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from memory.blanking import MARK
from memory.errors import UnknownCustomer, UnknownHandoff
from memory.model import (
    CustomerId,
    Deed,
    DeliveryState,
    DialogueState,
    Doer,
    Erase,
    Extent,
    ForgetFact,
    HandoffReason,
    HandoffState,
    LearnFact,
    LinkResult,
    OfferExport,
    OpenCase,
    Proof,
    RequestHandoff,
)
from tests.contract.memory.talk import ANA, Talk

EVERYTHING = Erase(Extent.EVERYTHING, "r-1")
CONVERSATION = Erase(Extent.CONVERSATION, "r-2")
SITE, PHONE = ("web", "v"), ("telegram", "42")


async def erased(talk: Talk, erase: Erase = EVERYTHING, at: tuple[str, str] = PHONE) -> CustomerId:
    """The customer says yes, and is told that it is done; returns who is there now."""
    accepted = await talk.hear("yes, erase it", at)
    await talk.answer("Done.", records=[erase])
    replies = await talk.memory.inbox.replies(accepted.inbox_id)
    assert replies is not None, "the customer was never told"
    assert [reply.text for reply in replies] == ["Done."]
    return replies[0].customer_id


async def linked(talk: Talk) -> CustomerId:
    """Ana on the website, linked with a telephone that had talked before."""
    await talk.say("I wrote here before", PHONE)
    ana = await talk.say("I am Ana", SITE, identity=ANA)
    code = await talk.memory.identities.issue_code(ana, talk.clock() + timedelta(minutes=10))
    assert (await talk.thread_at(PHONE, link_code=code)).link is LinkResult.LINKED
    return ana


async def test_an_erased_customer_is_gone_and_is_told_so(talk: Talk) -> None:
    ana = await talk.say("my secret is blue")
    stranger = await erased(talk)
    assert stranger != ana
    assert await talk.texts(ana) == []
    assert await talk.texts(stranger) == ["Done."]
    with pytest.raises(UnknownCustomer):
        await talk.memory.identities.customer(ana)


async def test_the_last_word_is_delivered_where_the_customer_is(talk: Talk) -> None:
    await talk.say("hello")
    await erased(talk)
    (delivery,) = await talk.memory.outbox.claim(["telegram"], 10)
    assert (delivery.message.text, delivery.address.id) == ("Done.", "42")


async def test_who_was_erased_begins_anew_as_a_stranger(talk: Talk) -> None:
    await linked(talk)
    await talk.hear("my size is XL", PHONE)
    await talk.answer(
        "noted", dialogue=DialogueState("{}", "return_form"), records=[LearnFact("size", "XL"), OpenCase("t", "Tent")]
    )
    stranger = await erased(talk, at=PHONE)
    thread = await talk.thread_at(PHONE)
    assert thread.customer.id == stranger
    assert (thread.customer.subject, thread.customer.name, thread.customer.email) == (None, None, None)
    assert (thread.dialogue, thread.facts, thread.last_contact_at) == (None, (), None)


async def test_erasing_a_linked_customer_erases_them_on_every_channel(talk: Talk) -> None:
    ana = await linked(talk)
    await erased(talk, at=PHONE)
    assert await talk.memory.identities.customer_for(talk.inbound(at=SITE).address, Proof.SIGNED_TOKEN, ANA) is None
    assert await talk.say("hello", SITE, identity=ANA) != ana


async def test_a_logged_in_customer_who_was_erased_reads_the_last_word(talk: Talk) -> None:
    await talk.say("hello", SITE, identity=ANA)
    accepted = await talk.hear("yes", SITE, identity=ANA)
    await talk.answer("Done.", records=[EVERYTHING])
    replies = await talk.memory.inbox.replies(accepted.inbox_id)
    assert replies is not None
    address = talk.inbound(at=SITE).address
    reader = await talk.memory.identities.customer_for(address, Proof.SIGNED_TOKEN, ANA)
    assert reader is not None
    assert (reader.id, reader.subject) == (replies[0].customer_id, None)


async def test_a_forgotten_conversation_leaves_who_the_customer_is(talk: Talk) -> None:
    ana = await linked(talk)
    await talk.hear("my size is XL, and don't write at night", PHONE)
    await talk.answer("noted", records=[LearnFact("size", "XL"), LearnFact("quiet_days", "Sun Europe/London")])
    same = await erased(talk, CONVERSATION, at=PHONE)
    assert same != ana
    assert await talk.texts(same) == ["Done."]
    thread = await talk.thread_at(SITE, identity=ANA)
    assert (thread.customer.id, thread.customer.subject) == (same, "ana-7")
    assert [(fact.key, fact.said) for fact in thread.facts] == [("quiet_days", None)], "the wish alone stays"
    assert (await talk.thread_at(PHONE)).customer.id == same


async def test_a_repeated_confirmation_gets_the_same_answer_and_erases_once(talk: Talk) -> None:
    await talk.say()
    first = await talk.hear("yes", provider_id="again")
    await talk.answer("Done.", records=[EVERYTHING])
    second = await talk.hear("yes", provider_id="again")
    assert (second.inbox_id, second.duplicate) == (first.inbox_id, True)
    async with talk.memory.turns.claim() as turn:
        assert turn is None


async def test_what_waits_while_a_customer_is_erased_is_answered_as_a_strangers(talk: Talk) -> None:
    ana = await linked(talk)
    await talk.hear("yes, erase it", PHONE)
    await talk.hear("still there?", PHONE)
    await talk.hear("and on the website?", SITE, identity=ANA)
    await talk.answer("Done.", records=[EVERYTHING])
    here, there = await talk.answer("who are you?"), await talk.answer("who are you?")
    assert len({ana, here.customer.id, there.customer.id}) == 3
    assert {here.customer.subject, there.customer.subject} == {None}


async def test_an_open_request_for_a_person_ends_with_its_customer(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.note(handoff.id, mara, "she is nice")
    assert await talk.memory.handoffs.view(handoff.id)
    await talk.memory.custody.erase(handoff.customer_id, "r-3")
    assert await talk.memory.handoffs.queue([handoff.state]) == []
    for late in (
        talk.memory.handoffs.view(handoff.id),
        talk.memory.handoffs.reply(handoff.id, mara, "hello?"),
        talk.memory.handoffs.note(handoff.id, mara, "gone"),
    ):
        with pytest.raises(UnknownHandoff):
            await late


async def test_a_request_for_a_person_made_with_the_confirmation_is_kept(talk: Talk) -> None:
    await talk.say()
    await talk.hear("yes, and get me a person")
    await talk.answer("Done.", records=[EVERYTHING, RequestHandoff(HandoffReason.ASKED_FOR_PERSON)])
    thread = await talk.thread_at()
    assert thread.handoff is not None
    mara = await talk.agent()
    await talk.memory.handoffs.move(thread.handoff.id, HandoffState.ACCEPTED, mara)
    assert (await talk.memory.handoffs.reply(thread.handoff.id, mara, "hello")).text == "hello"


async def test_a_delivery_on_its_way_while_its_customer_is_erased_settles_into_nothing(talk: Talk) -> None:
    await talk.say("my secret")
    (sending,) = await talk.memory.outbox.claim(["telegram"], 1)
    await erased(talk)
    retry = talk.clock() + timedelta(minutes=1)
    await talk.memory.outbox.settle(sending.id, DeliveryState.PENDING, retry_at=retry)
    talk.clock.advance(minutes=2)
    assert [row.message.text for row in await talk.memory.outbox.claim(["telegram"], 9)] == ["Done."]


async def test_a_turn_under_way_resurrects_nobody(talk: Talk) -> None:
    ana = await talk.say("before")
    await talk.hear("during")
    async with talk.memory.turns.claim() as turn:
        assert turn is not None
        erasing = asyncio.create_task(talk.memory.custody.erase(ana, "r-4"))
        await talk.memory.inbox.accept(talk.inbound("from elsewhere", ("rest", "r")))
        await turn.commit(talk.outcome("after", LearnFact("size", "XL")))
    await erasing
    assert await talk.texts(ana) == []
    with pytest.raises(UnknownCustomer):
        await talk.memory.custody.export(ana)


async def test_a_forgotten_fact_is_blanked_wherever_it_stands(talk: Talk) -> None:
    await talk.hear("I live at 12 Mill Lane, Leeds")
    snapshot = '{"events":[{"event":"slot","name":"new_address","value":"12 Mill Lane, Leeds"}]}'
    state = DialogueState(snapshot, "address_form", collected={"New address": "12 Mill Lane, Leeds", "Order": "1042"})
    ana = (
        await talk.answer(
            "To 12 Mill Lane, Leeds, then.",
            dialogue=state,
            records=[LearnFact("address", "12 Mill Lane, Leeds"), OpenCase("t", "Parcel to 12 mill lane Leeds")],
        )
    ).customer.id
    await talk.hear("forget my address")
    await talk.answer("Forgotten.", records=[ForgetFact("address", "r-5")])
    thread = await talk.thread_at()
    assert thread.facts == ()
    assert thread.dialogue is not None
    assert thread.dialogue.collected == {"Order": "1042"}
    assert "Mill" not in thread.dialogue.snapshot
    assert (await talk.texts(ana))[:2] == [f"I live at {MARK}", f"To {MARK}, then."]
    assert "Mill" not in str(await talk.memory.custody.export(ana))


async def test_a_fact_that_was_put_in_other_words_takes_its_whole_message_along(talk: Talk) -> None:
    await talk.hear("the neighbours can have it")
    ana = (await talk.answer("ok", records=[LearnFact("delivery_place", "with a neighbour")])).customer.id
    await talk.hear("forget that")
    await talk.answer("Forgotten.", records=[ForgetFact("delivery_place", "r-6")])
    assert (await talk.texts(ana))[0] == MARK


async def test_the_history_of_a_fact_goes_with_it(talk: Talk) -> None:
    for place in ("Harrogate", "Kirkwall"):
        await talk.hear(f"I live in {place}")
        ana = (await talk.answer("ok", records=[LearnFact("town", place)])).customer.id
    await talk.hear("forget where I live")
    await talk.answer("Forgotten.", records=[ForgetFact("town", "r-7")])
    kept = str(await talk.memory.custody.export(ana))
    assert "Kirkwall" not in kept
    assert "Harrogate" not in kept


async def test_a_short_value_is_blanked_only_where_it_came_from(talk: Talk) -> None:
    await talk.say("is L large?")
    await talk.hear("I wear L")
    ana = (await talk.answer("L, noted", records=[LearnFact("size", "L")])).customer.id
    await talk.hear("forget my size")
    await talk.answer("Forgotten.", records=[ForgetFact("size", "r-8")])
    assert (await talk.texts(ana))[:4] == ["is L large?", "ok", f"I wear {MARK}", "L, noted"]


async def test_an_export_is_fetched_once_and_not_for_long(talk: Talk) -> None:
    await talk.say("my name is Ana")
    await talk.hear("send me my data")
    await talk.answer("Here.", records=[OfferExport("one"), OfferExport("two")])
    export = await talk.memory.custody.redeem("one")
    assert export is not None
    assert "my name is Ana" in [row["text"] for row in export.rows("messages")]
    assert await talk.memory.custody.redeem("one") is None
    talk.clock.advance(hours=1)
    assert await talk.memory.custody.redeem("two") is None
    assert await talk.memory.custody.redeem("never offered") is None


async def test_an_offered_export_ends_with_its_customer(talk: Talk) -> None:
    await talk.hear("send me my data")
    await talk.answer("Here.", records=[OfferExport("one")])
    await erased(talk)
    assert await talk.memory.custody.redeem("one") is None


async def test_nobody_unknown_can_be_exported_or_erased(talk: Talk) -> None:
    with pytest.raises(UnknownCustomer):
        await talk.memory.custody.export(CustomerId("nobody"))
    with pytest.raises(UnknownCustomer):
        await talk.memory.custody.erase(CustomerId("nobody"), "r-9")


async def test_the_audit_log_tells_what_happened_and_nothing_of_whom(talk: Talk) -> None:
    await talk.hear("I am allergic to wool")
    await talk.answer("ok", records=[LearnFact("allergy:wool", "wool")])
    await talk.hear("forget that, and send me the rest")
    await talk.answer("ok", records=[ForgetFact("allergy:wool", "r-5"), OfferExport("one")])
    await talk.memory.custody.redeem("one")
    await erased(talk, CONVERSATION)
    await erased(talk)
    log = await talk.memory.custody.audit(10)
    assert [(e.deed, e.by, e.channel, e.what, e.reference) for e in reversed(log)] == [
        (Deed.ERASED_FACT, Doer.CUSTOMER, "telegram", "allergy", "r-5"),
        (Deed.OFFERED_EXPORT, Doer.CUSTOMER, "telegram", None, None),
        (Deed.EXPORTED, Doer.CUSTOMER, None, None, None),
        (Deed.ERASED_CONVERSATION, Doer.CUSTOMER, "telegram", None, "r-2"),
        (Deed.ERASED_CUSTOMER, Doer.CUSTOMER, "telegram", None, "r-1"),
    ]


async def test_who_was_silent_too_long_is_let_go_and_the_others_stay(talk: Talk) -> None:
    old = await talk.say("long ago", ("telegram", "1"))
    await talk.ask_for_person(("telegram", "2"))
    talk.clock.advance(days=800)
    late = await talk.say("yesterday", ("telegram", "3"))
    since = talk.clock() - timedelta(days=730)
    assert await talk.memory.custody.expire(since, 10) == 1
    assert await talk.texts(old) == []
    assert await talk.texts(late) == ["yesterday", "ok"]
    assert await talk.memory.custody.expire(since, 10) == 0
    assert (await talk.memory.custody.audit(1))[0].by is Doer.RETENTION


async def test_letting_go_is_bounded(talk: Talk) -> None:
    for name in ("1", "2", "3"):
        await talk.say("hello", ("telegram", name))
    talk.clock.advance(days=1)
    assert [await talk.memory.custody.expire(talk.clock(), 2) for _ in range(3)] == [2, 1, 0]


async def test_the_last_word_to_an_erased_customer_goes_a_day_later(talk: Talk) -> None:
    await talk.say()
    stranger = await erased(talk)
    ago = talk.clock() - timedelta(days=730)
    assert await talk.memory.custody.expire(ago, 10) == 0
    talk.clock.advance(days=1, seconds=1)
    assert await talk.memory.custody.expire(ago, 10) == 1
    assert await talk.texts(stranger) == []


async def test_customers_who_write_while_they_are_erased_lose_no_message(talk: Talk) -> None:
    handled: list[str] = []

    async def take_turns(*, until: int) -> None:
        while len(handled) < until:
            async with talk.memory.turns.claim() as turn:
                if turn is not None:
                    erasing = (EVERYTHING,) if turn.inbound.text.startswith("erase") else ()
                    await turn.commit(talk.outcome("ok", *erasing))
                    handled.append(turn.inbound.text)
            await asyncio.sleep(0)

    async def write(number: int) -> list[str]:
        texts = [f"before {number}", f"erase {number}", f"after {number}"]
        for text in texts:
            await talk.hear(text, ("telegram", str(number % 10)))
        return texts

    said, *_ = await asyncio.gather(
        asyncio.gather(*(write(number) for number in range(50))), take_turns(until=150), take_turns(until=150)
    )
    assert sorted(handled) == sorted(text for texts in said for text in texts)
