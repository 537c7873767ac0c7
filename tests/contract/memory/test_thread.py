"""What a turn knows of its customer."""

from __future__ import annotations

from datetime import timedelta

from memory.model import Address, Button, HandoffState, Inbound, MakePromise, Outcome, Proof, Reply
from tests.contract.memory.talk import ANA, Talk, task


async def test_a_new_customer_has_no_past(talk: Talk) -> None:
    await talk.hear()
    thread = await talk.peek()
    assert (thread.dialogue, thread.handoff, thread.last_contact_at, thread.last_handoff) == (None,) * 4
    assert (thread.recent_buttons, thread.said_by_person, thread.agents_present) == ((), (), 0)
    assert thread.customer.created_at == talk.clock.now
    assert not thread.task_ended_by_person


async def test_the_dialogue_goes_on_where_it_was(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("which order?", dialogue=task("return_form", order="1042"))
    assert (await talk.thread_at()).dialogue == task("return_form", order="1042")


async def test_a_turn_without_a_dialogue_leaves_it_as_it_was(talk: Talk) -> None:
    await talk.hear()
    await talk.answer(dialogue=task("return_form"))
    await talk.say("and now?")
    assert (await talk.thread_at()).dialogue == task("return_form")


async def test_the_last_contact_is_when_the_customer_wrote_before(talk: Talk) -> None:
    first = talk.clock.now
    await talk.hear()
    talk.clock.advance(minutes=1)
    await talk.answer("ok")
    talk.clock.advance(days=3)
    assert (await talk.thread_at()).last_contact_at == first
    assert (await talk.thread_at()).last_contact_at == first + timedelta(days=3, minutes=1)


async def test_buttons_of_the_last_five_answers_count_newest_first(talk: Talk) -> None:
    for number in range(7):
        await talk.hear()
        async with talk.memory.turns.claim() as turn:
            assert turn is not None
            await turn.commit(Outcome(replies=[Reply("?", buttons=(Button(f"{number}", f"/{number}"),))]))
    buttons = (await talk.thread_at()).recent_buttons
    assert [button.payload for button in buttons] == ["/6", "/5", "/4", "/3", "/2"]


async def test_what_a_person_said_since_the_bot_last_spoke_is_known_in_order(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    for text in ("Hello", "I refund it"):
        await talk.memory.handoffs.reply(handoff.id, mara, text)
    thread = await talk.thread_at()
    assert thread.said_by_person == ("Hello", "I refund it")
    assert thread.handoff is not None
    assert (thread.handoff.state, thread.handoff.agent_name) == (HandoffState.ACTIVE, "Mara")
    await talk.memory.handoffs.move(handoff.id, HandoffState.RETURNED, mara)
    await talk.hear("back to the bot")
    assert (await talk.answer("hi again")).said_by_person == ("Hello", "I refund it")
    assert (await talk.thread_at()).said_by_person == ()


async def test_who_helped_last_and_how_it_ended_stays_known(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    talk.clock.advance(minutes=9)
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    thread = await talk.thread_at()
    assert thread.handoff is None
    assert thread.last_person == "Mara"
    assert thread.last_handoff is not None
    assert (thread.last_handoff.state, thread.last_handoff.closed_at) == (HandoffState.RESOLVED, talk.clock.now)


async def test_what_a_person_resolved_is_no_longer_the_bots_task(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("which order?", dialogue=task("return_form", order="1042"))
    handoff, mara = await talk.taken()
    assert not (await talk.thread_at()).task_ended_by_person
    await talk.memory.handoffs.move(handoff.id, HandoffState.RESOLVED, mara)
    await talk.hear("hello again")
    thread = await talk.answer("hello", dialogue=task(None))
    assert thread.task_ended_by_person
    assert thread.dialogue is not None
    assert (thread.dialogue.task, thread.dialogue.snapshot) == (None, task("return_form").snapshot)
    assert not (await talk.thread_at()).task_ended_by_person


async def test_what_a_person_gave_back_is_still_the_bots_task(talk: Talk) -> None:
    await talk.hear()
    await talk.answer("which order?", dialogue=task("return_form"))
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.move(handoff.id, HandoffState.RETURNED, mara)
    thread = await talk.thread_at()
    assert not thread.task_ended_by_person
    assert thread.dialogue == task("return_form")


async def test_agents_count_as_present_for_a_minute(talk: Talk) -> None:
    mara = await talk.agent()
    await talk.memory.agents.open_session(mara, "token", talk.clock.now + timedelta(days=1))
    await talk.memory.agents.by_session("token")
    talk.clock.advance(seconds=59)
    assert (await talk.thread_at()).agents_present == 1
    talk.clock.advance(seconds=2)
    assert (await talk.thread_at()).agents_present == 0


async def test_the_name_the_platform_shows_is_taken_for_want_of_a_better(talk: Talk) -> None:
    assert (await talk.thread_at(display_name="ana_99")).customer.name == "ana_99"
    assert (await talk.thread_at(display_name="other")).customer.name == "ana_99"


async def test_the_host_sites_name_and_address_are_kept_current(talk: Talk) -> None:
    await talk.say(at=("web", "v1"), identity=ANA)
    moved = Inbound(Address("web", "v1"), "n1", "hi", Proof.NONE, identity=type(ANA)("ana-7", email="new@example.com"))
    await talk.memory.inbox.accept(moved)
    customer = (await talk.answer()).customer
    assert (customer.subject, customer.name, customer.email) == ("ana-7", "Ana", "new@example.com")


async def owed(talk: Talk, *, hours: int = 2) -> None:
    """The customer is promised something that is due in so many hours."""
    await talk.hear()
    await talk.answer("soon", records=[MakePromise("Someone will write.", talk.clock.now + timedelta(hours=hours))])


async def test_a_promise_is_broken_once_its_time_is_over(talk: Talk) -> None:
    await owed(talk)
    assert (await talk.thread_at()).broken_promise is None
    talk.clock.advance(hours=3)
    broken = (await talk.thread_at()).broken_promise
    assert broken is not None
    assert broken.text == "Someone will write."
    assert broken.due_at == talk.clock.now - timedelta(hours=1)


async def test_a_later_promise_stands_for_an_earlier_one(talk: Talk) -> None:
    await owed(talk)
    await owed(talk, hours=48)
    talk.clock.advance(hours=3)
    assert (await talk.thread_at()).broken_promise is None


async def test_no_promise_is_broken_when_a_person_has_written_since(talk: Talk) -> None:
    await owed(talk)
    talk.clock.advance(hours=1)
    handoff, mara = await talk.taken()
    await talk.memory.handoffs.reply(handoff.id, mara, "Here I am")
    talk.clock.advance(hours=3)
    assert (await talk.thread_at()).broken_promise is None
