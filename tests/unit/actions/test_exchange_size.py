"""The size of what comes in exchange."""

from __future__ import annotations

import pytest

from actions.heard import Heard
from actions.said_size import bare_size, says_usual
from tests.unit.actions.conftest import ANA, BEN, Said, Stage, Talker

KASPER = {"shop_customer_id": "c-111", "customer_name": "Kasper Nowicki", "customer_email": "k@example.com"}


async def exchange(
    talker: Stage, who: dict[str, str], thing: str, text: str = "exchange it, too small", reason: str = "too_small"
) -> tuple[Talker, Said]:
    customer = talker(who)
    said = await customer.say(text, "return_item", product=thing, return_reason=reason, resolution="exchange")
    return customer, said


def size_sent(customer: Talker) -> str | None:
    (record,) = [each for key, each in customer.shop._returns.items() if key.endswith(":return") and "turn" in key]
    return record.size


async def test_what_does_not_fit_is_exchanged_for_a_size_that_is_asked_for(talker: Stage) -> None:
    ben, said = await exchange(talker, BEN, "jacket")
    assert "Which size would you like instead?" in said.text
    assert said.titles == ["XS", "S", "M", "L", "XL", "XXL"]

    said = await ben.press("L")
    assert "Squall Waterproof Jacket from order 1023, reason: too small, exchange for size L." in said.text
    await ben.press("Yes, register it")
    assert size_sent(ben) == "L"
    assert await ben.slots() == {}


async def test_a_known_size_is_proposed_and_taken_with_one_yes(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("clothing_size", "M")
    said = await ben.say(
        "exchange the jacket", "return_item", product="jacket", return_reason="too_large", resolution="exchange"
    )
    assert said.text.endswith("Your usual size, M?")
    assert said.titles == ["Yes, M", "Another size"]

    said = await ben.say("yes", "affirm")
    assert "exchange for your usual size, M." in said.text
    await ben.press("Yes, register it")
    assert size_sent(ben) == "M"


async def test_a_no_to_the_known_size_asks_for_another_and_does_not_propose_it_again(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("clothing_size", "M")
    await ben.say("exchange it", "return_item", product="jacket", return_reason="too_small", resolution="exchange")
    assert (await ben.press("Another size")).text == "Which size would you like instead?"

    said = await ben.say("L", "nlu_fallback")
    assert "exchange for size L" in said.text
    assert said.command("learn_fact") is None, "a size for one jacket is no size of theirs"


async def test_another_size_in_answer_to_the_known_one_is_taken(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("clothing_size", "M")
    await ben.say("exchange it", "return_item", product="jacket", return_reason="too_small", resolution="exchange")

    assert "exchange for size XL" in (await ben.say("no, xl please", "deny")).text


@pytest.mark.parametrize("words", ["my usual size", "the usual please", "same as always", "the size I usually wear"])
async def test_the_usual_size_needs_no_saying_which(talker: Stage, words: str) -> None:
    kasper = talker(KASPER)
    kasper.knows("shoe_size", "43")
    kasper.knows("clothing_size", "M")
    await kasper.say("exchange", "return_item", product="scree-shoes", return_reason="too_small", resolution="exchange")
    said = await kasper.say(words, "ask_faq")

    assert "Scree Trail Shoes from order 1022, reason: too small, exchange for your usual size, 43." in said.text


async def test_the_usual_size_is_understood_in_the_first_message(talker: Stage) -> None:
    kasper = talker(KASPER)
    kasper.knows("shoe_size", "43")
    said = await kasper.say(
        "exchange the shoes for my usual size, they came damaged",
        "return_item",
        product="scree-shoes",
        return_reason="damaged",
        resolution="exchange",
    )

    assert "reason: damaged, exchange for your usual size, 43." in said.text


async def test_an_unknown_usual_size_is_asked_for_once_and_remembered(talker: Stage) -> None:
    kasper, _ = await exchange(talker, KASPER, "scree-shoes")
    said = await kasper.say("my usual size", "inform")
    assert said.text == "I don’t know your usual size yet. Which size would you like instead?"

    said = await kasper.say("44", "inform")
    assert "Noted: shoes in size 44." in said.text
    assert "exchange for your usual size, 44." in said.text or "exchange for size 44." in said.text
    assert said.command("learn_fact") == {
        "command": "learn_fact",
        "key": "shoe_size",
        "value": "44",
        "confidence": 1.0,
    }


async def test_a_size_said_to_be_theirs_is_kept_as_the_size_of_what_they_exchange(talker: Stage) -> None:
    kasper, _ = await exchange(talker, KASPER, "scree-shoes")
    said = await kasper.say("I'm a 43", "tell_fact", facts={"size": "43"})

    assert "exchange for size 43" in said.text or "your usual size, 43" in said.text
    learnt, ended = said.command("learn_fact"), said.command("end_fact")
    assert learnt is not None
    assert ended is not None
    assert (learnt["key"], learnt["value"], ended["key"]) == ("shoe_size", "43", "size")


async def test_a_size_that_there_is_not_is_refused_with_those_that_there_are(talker: Stage) -> None:
    kasper, _ = await exchange(talker, KASPER, "scree-shoes")
    said = await kasper.say("59", "inform")
    assert "The Scree Trail Shoes come in 36 to 48, or UK 3 to 13." in said.text
    assert "exchange for size 42" in (await kasper.say("42", "inform")).text


async def test_the_size_that_did_not_fit_is_not_taken_for_the_one_that_is_wanted(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say(
        "I ordered the jacket in M and it's too small, exchange please",
        "return_item",
        product="jacket",
        return_reason="too_small",
        resolution="exchange",
        size="M",
    )
    assert "Which size would you like instead?" in said.text


async def test_a_size_named_with_the_wish_is_taken_and_can_be_changed_in_the_summary(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say(
        "exchange the jacket for an L, it's too small",
        "return_item",
        product="jacket",
        return_reason="too_small",
        resolution="exchange",
        size="L",
    )
    assert "exchange for size L" in said.text

    await ben.press("No, change something")
    assert "The size" in ben.last.titles
    assert (await ben.press("The size")).text == "Which size would you like instead?"
    assert "exchange for size XL" in (await ben.press("XL")).text


async def test_a_yes_with_another_size_registers_nothing_before_that_is_confirmed(talker: Stage) -> None:
    ben, _ = await exchange(talker, BEN, "jacket")
    await ben.press("L")
    said = await ben.say("yes but make it an XL", "affirm", size="XL")

    assert "exchange for size XL" in said.text
    assert "Shall I register" in said.text


async def test_a_refund_after_all_needs_no_size(talker: Stage) -> None:
    ben, _ = await exchange(talker, BEN, "jacket")
    said = await ben.say("no, a refund then", "inform", resolution="refund")

    assert "too small, refund. Shall I register" in said.text


@pytest.mark.parametrize(("who", "thing", "reason"), [(ANA, "tent", "too_small"), (BEN, "jacket", "damaged")])
async def test_no_size_is_asked_where_it_says_nothing(
    talker: Stage, who: dict[str, str], thing: str, reason: str
) -> None:
    _, said = await exchange(talker, who, thing, "exchange it please", reason)

    assert "exchange. Shall I register" in said.text


async def test_one_step_back_from_the_summary_asks_for_the_size_again(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("clothing_size", "M")
    await ben.say("exchange it", "return_item", product="jacket", return_reason="too_small", resolution="exchange")
    await ben.say("yes", "affirm")

    assert "Your usual size, M?" in (await ben.say("go back", "go_back")).text


def heard(text: str) -> Heard:
    return Heard.of({"text": text, "intent": {"name": "inform"}, "entities": []})


@pytest.mark.parametrize(
    ("text", "size"),
    [("44", "44"), ("it's a uk 9.5", "UK 9.5"), ("M please", "M"), ("xl", "XL"), ("to 42 then", "42")],
)
def test_a_bare_size_is_read(text: str, size: str) -> None:
    assert bare_size(heard(text)) == size


@pytest.mark.parametrize("text", ["1042", "my usual address", "it is too small", "44 or 45", ""])
def test_what_is_no_bare_size_is_none(text: str) -> None:
    assert bare_size(heard(text)) is None


@pytest.mark.parametrize(
    "text", ["my usual address", "my usual size is M", "as usual nobody answers", "the usual rubbish"]
)
def test_what_only_sounds_usual_is_no_size(text: str) -> None:
    assert not says_usual(heard(text), asked=False)
