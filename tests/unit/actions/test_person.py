"""A person, please."""

from __future__ import annotations

import pytest

from actions.person import in_line
from tests.unit.actions.conftest import ANA, BEN, Stage


async def test_with_people_here_someone_is_fetched(talker: Stage) -> None:
    said = await talker(ANA).say("a human please", "ask_person")
    assert said.text.startswith("I’m getting someone from our team.")
    assert said.command("request_handoff")["reason"] == "asked_for_person"


async def test_with_nobody_here_the_customer_is_told_honestly_when(talker: Stage) -> None:
    ana = talker(ANA)
    ana.know(people_here=False)
    said = await ana.say("a human please", "ask_person")
    assert "Nobody from our team is here" in said.text
    assert "tomorrow by 10:00" in said.text
    assert said.command("request_handoff")


@pytest.mark.parametrize("state", ["requested", "queued", "offered"])
async def test_a_second_request_says_that_the_first_still_stands(talker: Stage, state: str) -> None:
    ana = talker(ANA)
    ana.handoff_state = state
    said = await ana.say("where is that human", "ask_person")
    assert "already with our team" in said.text
    assert said.command("request_handoff") is None


@pytest.mark.parametrize(
    ("intent", "words"),
    [("return_item", "return"), ("cancel_order", "cancel"), ("change_address", "address"), ("order_status", "where")],
)
@pytest.mark.parametrize("context", [BEN, {}])
async def test_at_any_point_the_form_is_kept_and_goes_on_with_the_answer(
    talker: Stage, intent: str, words: str, context: dict[str, str]
) -> None:
    someone = talker(context)
    question = await someone.say(words, intent)
    form = await someone.form()
    said = await someone.say("get me a person", "ask_person")
    assert said.command("request_handoff")
    assert len(said.texts) == 1, "no question while a person is on the way"
    assert await someone.form() == form
    if form:
        again = await someone.say("carry on", "continue_task")
        assert again.buttons == question.buttons
        assert again.text


async def test_the_answer_to_the_pending_question_still_counts_after_asking_for_a_person(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("return the tent", "return_item", product="ridge-2-tent")
    await ana.say("person", "ask_person")
    ana.handoff_state = "queued"
    said = await ana.say("it's too small", "inform", return_reason="too_small")
    assert "refund or an exchange" in said.text


async def test_while_waiting_no_second_person_is_offered(talker: Stage) -> None:
    ana = talker(ANA)
    ana.handoff_state = "queued"
    for _ in range(4):
        said = await ana.say("flurb", "nlu_fallback")
        assert "Shall I get someone" not in said.text
        assert said.command("request_handoff") is None


async def test_rude_words_are_met_calmly_once_with_a_person(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("you useless thing", "abuse")
    assert "Shall I get someone" in said.text
    assert (await ana.say("yes", "affirm")).command("request_handoff")["reason"] == "distress"
    said = await ana.say("you useless thing", "abuse")
    assert "Shall I get someone" not in said.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (None, "Someone will write to you here, and nothing gets lost."),
        ({"number": 1, "wait_seconds": None, "opens": None}, "You’re next in line. Someone"),
        ({"number": 2, "wait_seconds": None, "opens": None}, "There is one person before you. Someone"),
        ({"number": 5, "wait_seconds": 241.0, "opens": None}, "There are 4 people before you. Lately people have"),
        ({"number": 1, "wait_seconds": 241.0, "opens": None}, "have waited about 5 minutes in all."),
        ({"number": 1, "wait_seconds": 20.0, "opens": None}, "have waited about a minute in all."),
        ({"number": 1, "wait_seconds": 6000.0, "opens": None}, "have waited about 2 hours in all."),
    ],
)
def test_who_waits_is_told_their_place_and_an_estimate_only_where_there_is_one(
    line: dict[str, object] | None, said: str
) -> None:
    assert said in in_line(line, people_here=True)


def test_with_nobody_here_who_waits_is_told_when_the_team_is_back_and_no_estimate() -> None:
    line = {"number": 1, "wait_seconds": 60.0, "opens": "on Monday at 09:00"}
    said = in_line(line, people_here=False)
    assert "Nobody is here right now; our team is back on Monday at 09:00." in said
    assert "Lately" not in said
    assert "Nobody is here" not in in_line(line, people_here=True)
