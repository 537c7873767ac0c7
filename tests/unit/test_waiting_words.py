"""What who waits for a person may say to choose, and what must be left to the dialogue."""

from __future__ import annotations

import pytest

from bot.waiting_words import HERE, Choice, Wants, wanted

WAIT, LEAVE = Choice(Wants.WAIT), Choice(Wants.LEAVE)
TELEGRAM, MAIL, WEB = (Choice(Wants.ELSEWHERE, channel) for channel in ("telegram", "email", "web"))


@pytest.mark.parametrize("stands", [True, False])
@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("I’ll wait", WAIT),
        ("ok I'll just wait then", WAIT),
        ("I'm happy to wait", WAIT),
        ("i can hang on", WAIT),
        ("just write me here please", WAIT),
        ("write me on telegram", TELEGRAM),
        ("Please write to me in Telegram instead", TELEGRAM),
        ("I don't want to sit here, message me on telegram", TELEGRAM),
        ("can you answer me on Telegram?", TELEGRAM),
        ("write me by e-mail please", MAIL),
        ("Could they reply to me by email", MAIL),
        ("e-mail me instead", MAIL),
        ("send the answer to my mail", MAIL),
        ("get back to me via gmail", MAIL),
        ("please reply to me on your website", WEB),
        ("I don’t need a person any more", LEAVE),
        ("never mind, I no longer want to talk to anyone", LEAVE),
        ("nobody needs to write", LEAVE),
        ("please cancel my request for a person", LEAVE),
        ("no need for anyone", LEAVE),
    ],
)
def test_what_is_surely_said_chooses_at_any_time(text: str, choice: Choice, stands: bool) -> None:
    assert wanted(text, stands=stands) == choice


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("ok", WAIT),
        ("that's fine, thanks", WAIT),
        ("Sure.", WAIT),
        ("wait", WAIT),
        ("here", WAIT),
        ("never mind, leave it", LEAVE),
        ("nvm", LEAVE),
        ("no thanks", LEAVE),
        ("forget it", LEAVE),
        ("ah don’t bother", LEAVE),
        ("telegram", TELEGRAM),
        ("on telegram please", TELEGRAM),
        ("e-mail would be better", MAIL),
        ("the website", WEB),
    ],
)
def test_a_few_words_choose_only_while_the_choice_is_what_was_said_last(text: str, choice: Choice) -> None:
    assert wanted(text, stands=True) == choice
    assert wanted(text, stands=False) is None


@pytest.mark.parametrize("stands", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "where is my order",
        "how long do I have to wait?",
        "I can't wait for ever",
        "I’d rather not wait",
        "I have been waiting for weeks",
        "only write to me on telegram",
        "from now on write me by e-mail",
        "don't write to me on telegram",
        "never write me by mail",
        "do you have telegram?",
        "I don't have telegram",
        "can you email me the invoice",
        "send me the return label by e-mail",
        "send it to my e-mail address ana@example.com and not to the other",
        "tell me about delivery here",
        "write me on telegram or by e-mail",
        "leave it at the door of my neighbour when you deliver, please",
        "cancel my order 1042",
        "can you cancel it?",
        "I need a person",
        "is anyone there",
        "I forgot my password and no, the e-mail you sent never came, so what do I do now, tell me",
    ],
)
def test_what_may_mean_something_else_is_for_the_dialogue(text: str, stands: bool) -> None:
    assert wanted(text, stands=stands) is None


def test_here_is_the_channel_one_writes_on() -> None:
    assert WAIT.channel == HERE
