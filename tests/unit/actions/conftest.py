"""A bot that understands perfectly: rules, forms and actions are real, only the understanding is handed in.

Each test says what the customer's message means, and sees what Fern answers, remembers and asks memory to record.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from actions.shop import current
from actions.shop.demo import demo_books
from actions.shop.fakes import FakeShop
from bot.nlu.quiet import silence

ROOT = Path(__file__).parents[3]
CONFIG = """
recipe: default.v1
assistant_id: fern
language: en
pipeline: [{name: KeywordIntentClassifier}]
policies:
- name: MemoizationPolicy
- {name: RulePolicy, core_fallback_threshold: 0.3, core_fallback_action_name: action_unsure}
"""
ANA = {"shop_customer_id": "c-101", "customer_name": "Ana Novak", "customer_email": "ana.novak@example.com"}
BEN = {"shop_customer_id": "c-102", "customer_name": "Ben Carter", "customer_email": "ben.carter@example.com"}
CLARA = {"shop_customer_id": "c-103", "customer_name": "Clara Weiss", "customer_email": "clara.weiss@example.com"}


@dataclass(frozen=True)
class Said:
    """One answer of Fern's."""

    texts: Sequence[str]
    buttons: Sequence[Mapping[str, str]]
    commands: Sequence[Mapping[str, Any]]
    cards: Sequence[Mapping[str, Any]] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def titles(self) -> Sequence[str]:
        return [each["title"] for each in self.buttons]

    @property
    def closed(self) -> Mapping[str, str]:
        """The cases that ended: topic → state."""
        return {each["topic"]: each["state"] for each in self.commands if each["command"] == "close_case"}

    @property
    def opened(self) -> Mapping[str, Any]:
        """The first case that was opened or gone on with; empty when none was."""
        return self.command("open_case") or {}

    def command(self, name: str) -> Mapping[str, Any] | None:
        return next((each for each in self.commands if each["command"] == name), None)


class Talker:
    """A customer talking with Fern over an embedded Rasa."""

    def __init__(self, agent: Any, endpoint: Any, shop: FakeShop, context: Mapping[str, Any]) -> None:
        self._agent = agent
        self._endpoint = endpoint
        self.shop = shop
        self._context = {"channel": "web", "people_here": True, "reply_by": "tomorrow by 10:00", **context}
        self.id = f"customer-{uuid4()}"
        self._turns = 0
        self.known: Sequence[Mapping[str, Any]] = ()
        self.last = Said((), (), ())
        self.handoff_state: str | None = None

    async def say(
        self,
        text: str,
        intent: str = "inform",
        faq: Sequence[Mapping[str, Any]] = (),
        turn_id: str | None = "",
        *,
        facts: Mapping[str, str] | None = None,
        ended: Mapping[str, str] | None = None,
        topic: str | None = None,
        about: str = "",
        **entities: str,
    ) -> Said:
        """Say something that is understood as `intent` with these entity values and facts (kind → value).

        `topic` is one that a person must have; `about` is what a nickname among the facts is given to, as the message
        names it.
        """
        found = []
        for entity, value in entities.items():
            start = text.lower().find(value.lower())
            found.append({"entity": entity, "value": value, "start": max(start, 0), "end": max(start, 0) + len(value)})
        parsed = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": found,
            "faq": list(faq),
            "facts": [
                {"kind": kind, "key": kind, "value": value, "ended": over, "about": about}
                for told, over in ((facts or {}, False), (ended or {}, True))
                for kind, value in told.items()
            ],
            "person_topic": topic,
        }
        return await self._turn(text, parsed, turn_id)

    async def press(self, title: str) -> Said:
        """Press one of the buttons that are there."""
        for each in self.last.buttons:
            if title.lower() in each["title"].lower():
                return await self._turn(each["payload"], None, "")
        raise AssertionError(f"no button {title!r} among {self.last.titles}")

    async def command(self, payload: str) -> Said:
        """Use a command of the channel, which stands for this payload."""
        return await self._turn(payload, None, "")

    async def slots(self) -> Mapping[str, Any]:
        """What is remembered and not empty."""
        values = (await self._tracker()).current_slot_values()
        return {name: value for name, value in values.items() if value not in (None, 0.0) and name not in self._context}

    async def form(self) -> str | None:
        return (await self._tracker()).active_loop_name

    def knows(self, key: str, value: str, said: str = "I said so", channel: str = "web") -> None:
        """Let memory know a fact."""
        fact = {"key": key, "value": value, "at": "2025-03-14T09:00:00+00:00", "channel": channel, "said": said}
        self.known = [fact, *self.known]

    def know(self, **context: Any) -> None:
        """Change what the dialogue tells the actions about the customer."""
        self._context.update(context)

    def remember(self, *cases: Mapping[str, Any], now: str = "2026-03-05T12:00:00+00:00") -> None:
        """Change what memory knows of the customer."""
        blank = {"key": "k-1", "topic": "return_item", "title": "", "about": {}, "state": "open", "lapsed": False}
        self._endpoint.known = {"cases": [{**blank, **case} for case in cases], "now": now}

    def tell(self, **known: Any) -> None:
        """Change what else the turn tells the actions."""
        self._endpoint.known = known

    async def resume(self) -> Said:
        """What the dialogue does when the customer comes back: action_resume on a copy."""
        state = (await self._tracker()).copy().current_state(_all_events())
        done = await self._endpoint.request(json={"next_action": "action_resume", "tracker": state, "domain": {}})
        assert done["events"] == [], "resuming must change nothing"
        return Said([each["text"] for each in done["responses"]], (), ())

    async def _tracker(self) -> Any:
        return await self._agent.tracker_store.get_or_create_tracker(self.id)

    async def _turn(self, text: str, parsed: Any, turn_id: str | None) -> Said:
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
        from rasa.shared.core.events import SlotSet

        self._turns += 1
        processor = self._agent.processor
        tracker = await processor.fetch_tracker_and_update_session(self.id)
        tracker.update_with_events([SlotSet(name, value) for name, value in self._news()], self._agent.domain)
        await self._agent.tracker_store.save(tracker)
        output = CollectingOutputChannel()
        turn = f"turn-{self._turns}" if turn_id == "" else turn_id
        if self.known:
            self._endpoint.known = {"facts": list(self.known)}
        message = UserMessage(text, output, self.id, parse_data=parsed, metadata={"turn_id": turn} if turn else {})
        await self._agent.handle_message(message)
        assert self._endpoint.failures == [], self._endpoint.failures
        self.last = _said(output.messages)
        return self.last

    def _news(self) -> Sequence[tuple[str, Any]]:
        return list({**self._context, "handoff_state": self.handoff_state}.items())


def _said(messages: Sequence[Mapping[str, Any]]) -> Said:
    commands = [each["custom"]["threadkeeper"] for each in messages if "threadkeeper" in (each.get("custom") or {})]
    shown = [each for each in messages if "threadkeeper" not in (each.get("custom") or {})]
    buttons = [button for each in shown for button in each.get("buttons") or ()]
    cards = [card for each in shown for card in (each.get("custom") or {}).get("cards", ())]
    return Said([each["text"] for each in shown if each.get("text")], buttons, commands, cards)


def _all_events() -> Any:
    from rasa.shared.core.trackers import EventVerbosity

    return EventVerbosity.ALL


def _endpoint() -> Any:
    from rasa.utils.endpoints import EndpointConfig

    from actions.executor import InProcessActions

    class Endpoint(EndpointConfig):
        """Runs actions here, and keeps what they raise: Rasa would only log it."""

        def __init__(self) -> None:
            super().__init__(url="in-process")
            self.actions = InProcessActions()
            self.failures: list[str] = []
            self.known: dict[str, Any] = {}

        async def request(self, *_: Any, json: dict[str, Any], **__: Any) -> Any:
            try:
                slots = {**json["tracker"]["slots"], "known": self.known}
                return await self.actions.run({**json, "tracker": {**json["tracker"], "slots": slots}})
            except Exception as failure:
                self.failures.append(repr(failure))
                raise

    return Endpoint()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rules, stories and forms, trained without any understanding."""
    with silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.model_training import train_core

        folder = tmp_path_factory.mktemp("core")
        (folder / "config.yml").write_text(CONFIG)
        for name in ("rules.yml", "stories.yml"):
            (folder / "data").mkdir(exist_ok=True)
            shutil.copy(ROOT / "nlu_data" / name, folder / "data" / name)
        trained = train_core(
            domain=str(ROOT / "domain.yml"),
            config=str(folder / "config.yml"),
            stories=str(folder / "data"),
            output=str(folder / "models"),
        )
    assert trained, "the rules contradict each other"
    return Path(trained)


@pytest.fixture(scope="session")
def embedded(model: Path) -> tuple[Any, Any]:
    """The agent and its action endpoint."""
    with silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.core.agent import Agent

        endpoint = _endpoint()
        return Agent.load(str(model), action_endpoint=endpoint), endpoint


@dataclass
class Stage:
    """Makes customers."""

    agent: Any
    endpoint: Any
    shop: FakeShop

    def __call__(self, context: Mapping[str, Any] | None = None) -> Talker:
        return Talker(self.agent, self.endpoint, self.shop, context or {})


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    """A fresh demo shop in memory, in use by all actions."""
    today = datetime.now(timezone.utc).date()
    fake = FakeShop(demo_books(today), today=lambda: today)
    current.use(fake)
    yield fake
    current.use(None)


@pytest.fixture
def talker(embedded: tuple[Any, Any], shop: FakeShop) -> Stage:
    """`talker(ANA)` is Ana at the website; `talker()` is somebody we don't know."""
    agent, endpoint = embedded
    endpoint.failures.clear()
    endpoint.known = {}
    return Stage(agent, endpoint, shop)
