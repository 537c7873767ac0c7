"""What the bot, silent, tells the agent who has the conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from memory.model import (
    AgentId,
    CaseState,
    CloseCase,
    DialogueState,
    FaqRecord,
    HandoffId,
    HandoffReason,
    HandoffState,
    OfferAnswer,
    OpenCase,
    RateAnswer,
    RequestHandoff,
)
from tests.unit.desk.scene import SOMEBODY, Address, Scene

TO_NOOR = AgentId("noor")
RETURNS = FaqRecord(
    "return_window", "How long do I have to return something?", (), "**60 days**, unused.", (), "general", 1, "en"
)
STOVES = FaqRecord("stove_gas", "Which gas fits a stove?", (), "Any screw-on cartridge.", (), "general", 1, "en")


async def taken(scene: Scene, asked: str = "a person please") -> HandoffId:
    handoff = HandoffId(await scene.ask_for_person(asked))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, TO_NOOR)
    return handoff


async def whispers(scene: Scene, handoff: str) -> list[dict[str, Any]]:
    answer = await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}/whispers")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_each_unanswered_message_has_the_nearest_answers_as_customers_would_read_them(scene: Scene) -> None:
    await scene.memory.faq.save([RETURNS, STOVES], by="Sam")
    handoff = await taken(scene)
    await scene.turn("how long do I have to return something?", at=SOMEBODY)
    await scene.turn("which gas fits a stove?", at=SOMEBODY)
    said = {whisper["number"]: whisper["answers"] for whisper in await whispers(scene, handoff)}
    assert [said[3][0]["id"], said[4][0]["id"]] == ["return_window", "stove_gas"]
    assert said[3][0]["answer"] == "60 days, unused."
    assert said[3][0]["likeness"] > said[3][1]["likeness"]


async def test_an_answer_says_how_often_it_helped_others(scene: Scene) -> None:
    await scene.memory.faq.save([RETURNS], by="Sam")
    for who, helped in (("v-1", True), ("v-2", True), ("v-3", False)):
        tried = [OfferAnswer("return_window", RETURNS.question, 0.9), RateAnswer(helped)]
        await scene.turn("my name is Zoltan, how long?", "60 days", at=Address("web", who), records=tried)
    handoff = await taken(scene)
    await scene.turn("how long do I have to return something?", at=SOMEBODY)
    found = await whispers(scene, handoff)
    assert (found[-1]["answers"][0]["helped"], found[-1]["answers"][0]["not_helped"]) == (2, 1)
    assert "Zoltan" not in str(found)


async def test_values_are_told_that_the_bot_would_have_collected_and_not_those_it_has(scene: Scene) -> None:
    collected = DialogueState("{}", "return_form", "A return", {"Order number": "1042"})
    asked = [RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    customer = await scene.turn(
        "return something from 1042", "Of course.", at=SOMEBODY, dialogue=collected, records=asked
    )
    handoff = HandoffId(await scene.handoff_of(customer))
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, TO_NOOR)
    await scene.turn("order FH-1042, or was it FH-1043? write to tom@example.com", at=SOMEBODY)
    (whisper,) = await whispers(scene, handoff)
    assert whisper["values"] == [
        {"label": "Order number", "value": "1043"},
        {"label": "E-mail", "value": "tom@example.com"},
    ]


async def test_a_case_of_theirs_that_was_solved_comes_with_what_the_agent_wrote(scene: Scene) -> None:
    opened = [OpenCase("return_item", "Return of the Ridge tent"), RequestHandoff(HandoffReason.ASKED_FOR_PERSON)]
    customer = await scene.turn("return the Ridge tent", "Of course.", at=SOMEBODY, records=opened)
    first = HandoffId(await scene.handoff_of(customer))
    await scene.memory.handoffs.move(first, HandoffState.ACCEPTED, TO_NOOR)
    scene.pass_time(timedelta(minutes=1))
    await scene.memory.handoffs.reply(first, TO_NOOR, "I have sent you a label by e-mail.")
    await scene.memory.handoffs.move(first, HandoffState.RESOLVED, TO_NOOR)
    scene.pass_time(timedelta(days=9))
    given_up = [OpenCase("reorder", "Return of the Ridge tent"), CloseCase("reorder", CaseState.ABANDONED)]
    await scene.turn("never mind", "ok", at=SOMEBODY, records=given_up)
    second = await taken(scene)
    await scene.turn("return of the ridge tent again", at=SOMEBODY)
    (case,) = (await whispers(scene, second))[-1]["cases"]
    assert (case["title"], case["outcome"]) == ("Return of the Ridge tent", "solved")
    assert case["text"] == "I have sent you a label by e-mail."


async def test_the_bot_whispers_only_while_a_person_has_it_and_until_they_have_answered(scene: Scene) -> None:
    await scene.memory.faq.save([RETURNS], by="Sam")
    handoff = HandoffId(await scene.ask_for_person("how long do I have to return something?"))
    assert await whispers(scene, handoff) == []
    await scene.memory.handoffs.move(handoff, HandoffState.ACCEPTED, TO_NOOR)
    assert [whisper["number"] for whisper in await whispers(scene, handoff)] == [1]
    await scene.memory.handoffs.reply(handoff, TO_NOOR, "60 days.")
    assert await whispers(scene, handoff) == []


async def test_a_message_without_words_and_one_that_says_nothing_are_passed_over(scene: Scene) -> None:
    handoff = await taken(scene)
    await scene.turn("   ", at=SOMEBODY)
    await scene.turn("ok", at=SOMEBODY)
    assert await whispers(scene, handoff) == []


async def test_of_one_who_was_erased_nothing_is_whispered(scene: Scene) -> None:
    handoff = await taken(scene)
    customer = (await scene.memory.handoffs.view(handoff)).handoff.customer_id
    await scene.memory.custody.erase(customer, "r1")
    answer = await (await scene.signed_in()).get(f"/api/desk/handoffs/{handoff}/whispers")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
