"""The language of answers, chosen by Telegram's command or a button."""

from __future__ import annotations

import pytest

from actions.languages import code_of, name_of
from tests.unit.actions.conftest import ANA, Stage


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("Deutsch", "de"),
        ("german", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("中文", "zh"),
        ("العربية", "ar"),
        ("which", None),
    ],
)
def test_a_language_is_known_by_its_names_and_its_code(named: str, code: str | None) -> None:
    assert code_of(named) == code


def test_every_language_has_a_name_in_english() -> None:
    assert (name_of("de"), name_of("fr"), name_of("zh"), name_of("xx")) == ("German", "French", "Chinese", None)


WHICH = '/set_preference{"what": "which"}'


async def test_asked_which_it_says_what_holds_and_offers_the_others_by_their_own_names(talker: Stage) -> None:
    said = await talker(ANA).command(WHICH)
    assert said.text == "I answer in English now. Which language would you like?"
    assert said.titles == ["English", "Deutsch", "Español", "Français", "العربية", "中文"]


async def test_what_is_chosen_is_remembered_and_is_what_holds(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.command(WHICH)
    said = await ana.press("Deutsch")
    assert said.text.startswith("Noted. Where I have an answer in Deutsch, you’ll get that")
    assert said.command("learn_fact") == {"command": "learn_fact", "key": "language", "value": "de", "confidence": 1.0}
    ana.knows("language", "de")
    assert (await ana.command(WHICH)).text.startswith("You get answers in Deutsch now where I have them")


async def test_named_with_the_command_nothing_is_asked(talker: Stage) -> None:
    said = await talker(ANA).command('/set_preference{"what": "Polish"}')
    assert said.command("learn_fact") is not None
    assert "Polish" in said.text
    assert not said.buttons


async def test_a_language_nobody_knows_is_asked_for(talker: Stage) -> None:
    said = await talker(ANA).command('/set_preference{"what": "Klingon"}')
    assert said.command("learn_fact") is None
    assert "Deutsch" in said.titles


async def test_in_the_middle_of_a_task_the_language_is_chosen_and_the_task_goes_on(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("return the tent", "return_item", product="ridge-2-tent")
    await ana.command('/set_preference{"what": "German"}')
    assert await ana.form() == "return_form"
