"""A conversation becomes a story that Rasa really reads."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.custody.stories import as_story
from bot.nlu.quiet import silence
from bot.settings import PROJECT
from memory.model import Author, Cursor, CustomerId, Message

AT = datetime(2030, 3, 14, tzinfo=timezone.utc)
SAID = [
    (Author.CUSTOMER, "I'd like to send \"the tent\" back: it's yellow", None),
    (Author.BOT, "That’s the Ridge 2 Tent.\nWhat’s the reason?", None),
    (Author.CUSTOMER, "Too small", '/inform{"return_reason": "too_small"}'),
    (Author.BOT, "Shall I register the return?", None),
    (Author.CUSTOMER, "Yes", "/affirm"),
    (Author.CUSTOMER, '/inform{"broken', '/inform{"broken'),
    (Author.AGENT, "Mara here", None),
    (Author.CUSTOMER, "", None),
]


def messages() -> list[Message]:
    return [
        Message(CustomerId("ana"), Cursor(number), author, "web", text, AT, payload=payload)
        for number, (author, text, payload) in enumerate(SAID, start=1)
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rasa_reads_what_was_said_and_what_was_pressed(tmp_path: Path) -> None:
    with silence():
        from rasa.shared.core.domain import Domain
        from rasa.shared.core.events import ActionExecuted, UserUttered
        from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader

        domain = Domain.load(str(PROJECT / "domain.yml"))
        path = tmp_path / "ana.yml"
        path.write_text(as_story("ana", messages()), encoding="utf-8")
        (step,) = YAMLStoryReader(domain).read_from_file(str(path))
    events = [event for event in step.events if isinstance(event, UserUttered | ActionExecuted)]
    read = [
        (event.text or event.intent_name, [entity["value"] for entity in event.entities])
        if isinstance(event, UserUttered)
        else event.action_text
        for event in events
    ]
    assert read == [
        (SAID[0][1], []),
        SAID[1][1],
        ("inform", ["too_small"]),
        SAID[3][1],
        ("affirm", []),
        (SAID[5][1], []),
    ]
