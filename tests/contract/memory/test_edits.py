"""A message that its customer changes keeps its place and its number, and tells how it read before."""

from __future__ import annotations

from memory.model import Author, HandoffState, LearnFact
from tests.contract.memory.talk import Talk, task


async def test_the_last_message_reads_as_it_was_changed_and_the_answer_comes_after_all_that_was_said(
    talk: Talk,
) -> None:
    customer_id = await talk.say("order 1024", provider_id="first")

    receipt = await talk.hear("order 1042", provider_id="edit", corrects="first")
    thread = await talk.answer("going by 1042", dialogue=task("return", number="1042"))

    assert thread.edited is not None
    assert (thread.edited.number, thread.edited.before, thread.edited.is_last) == (1, "order 1024", True)
    said = await talk.said(customer_id)
    assert [(m.number, m.author, m.text) for m in said] == [
        (1, Author.CUSTOMER, "order 1042"),
        (2, Author.BOT, "ok"),
        (3, Author.BOT, "going by 1042"),
    ]
    assert said[0].earlier == ("order 1024",)
    replies = await talk.memory.inbox.replies(receipt.inbox_id)
    assert replies is not None
    assert [reply.text for reply in replies] == ["going by 1042"]


async def test_every_earlier_version_is_kept_and_a_redelivered_change_is_absorbed(talk: Talk) -> None:
    customer_id = await talk.say("one", provider_id="first")
    for number, text in enumerate(("two", "three")):
        await talk.hear(text, provider_id=f"edit-{number}", corrects="first")
        await talk.answer()
    again = await talk.hear("two", provider_id="edit-0", corrects="first")

    assert again.duplicate
    (said, _) = await talk.said(customer_id)
    assert (said.text, said.earlier) == ("three", ("one", "two"))


async def test_an_older_message_is_known_to_be_older(talk: Talk) -> None:
    customer_id = await talk.say("one", provider_id="first")
    await talk.say("another")

    await talk.hear("one!", provider_id="edit", corrects="first")
    thread = await talk.answer()

    assert thread.edited is not None
    assert not thread.edited.is_last
    assert await talk.texts(customer_id) == ["one!", "ok", "another", "ok"]


async def test_a_change_that_overtakes_its_message_waits_for_the_turn_of_that(talk: Talk) -> None:
    first = await talk.hear("one", provider_id="first")
    await talk.hear("two", provider_id="edit", corrects="first")

    await talk.answer("ok")
    await talk.answer("two, then")

    assert await talk.texts(first.customer_id) == ["two", "ok", "two, then"]


async def test_a_message_that_was_never_there_is_not_changed(talk: Talk) -> None:
    customer_id = await talk.say("hello")

    await talk.hear("secret", provider_id="edit", corrects="elsewhere")
    thread = await talk.answer()

    assert thread.edited is None
    assert await talk.texts(customer_id) == ["hello", "ok"]
    await talk.say("and?")
    assert [message.number for message in await talk.said(customer_id)] == [1, 2, 3, 4]


async def test_nobody_changes_what_another_customer_wrote(talk: Talk) -> None:
    ana = await talk.say("mine", ("telegram", "1"), provider_id="m:1:7")

    await talk.hear("yours", ("telegram", "2"), provider_id="edit", corrects="m:1:7")
    assert (await talk.answer()).edited is None

    assert await talk.texts(ana) == ["mine", "ok"]


async def test_what_is_learnt_from_a_changed_message_comes_from_that_message(talk: Talk) -> None:
    await talk.say("size L", provider_id="first")
    await talk.hear("size M", provider_id="edit", corrects="first")
    await talk.answer("noted", records=[LearnFact("size", "M")])

    (fact,) = (await talk.thread_at()).facts
    assert fact.number == 1


async def test_the_desk_sees_a_change_while_a_person_has_the_conversation(talk: Talk) -> None:
    handoff, mara = await talk.taken()
    await talk.hear("order 1024", provider_id="first")
    await talk.answer()
    with talk.memory.doorbell.listen("desk") as ring:
        await talk.hear("order 1042", provider_id="edit", corrects="first")
        await talk.answer()
        assert await ring.wait(10)

    view = await talk.memory.handoffs.view(handoff.id)
    assert view.handoff.state in {HandoffState.ACCEPTED, HandoffState.ACTIVE}
    assert (view.messages[-1].text, view.messages[-1].earlier) == ("order 1042", ("order 1024",))
    assert mara == handoff.agent_id
