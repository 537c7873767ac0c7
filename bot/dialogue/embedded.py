"""Rasa, embedded: a trained model answers one message at a time from the state it is handed. Called by `bot.turn`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.model import get_latest_model
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.in_process import Actions, HonestProcessor, InProcessEndpoint
from bot.dialogue.parts import HIDDEN_IN, clearest_wish, parts
from bot.dialogue.port import ModelMissing, Said
from bot.dialogue.replies import Collected
from bot.dialogue.snapshot import dump, restore
from bot.faq.entry import FaqEntry
from bot.nlu.faq import FaqSelector
from bot.nlu.runner import component
from memory.model import DialogueState, FaqRecord, OpenCase, Outcome, Record, Reply

RESUME_ACTION = "action_resume"
_SLUG = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)+")


class EmbeddedDialogue:
    """A trained Rasa model without a server, a tracker store or a lock store: memory has those parts."""

    def __init__(self, *, model: Path, actions: Actions) -> None:
        """Load a model (a file, or a folder whose newest is taken): seconds. Raises ModelMissing."""
        path = get_latest_model(str(model)) if model.is_dir() else str(model)
        if path is None or not Path(path).is_file():
            raise ModelMissing(f"There is no trained model at {model}. Run `bot train`.")
        agent: Any = Agent(action_endpoint=InProcessEndpoint(actions))
        self._processor = HonestProcessor(
            model_path=path,
            tracker_store=agent.tracker_store,
            lock_store=agent.lock_store,
            generator=agent.nlg,
            action_endpoint=agent.action_endpoint,
        )
        self._domain: Any = self._processor.domain
        agent.nlg.responses = self._domain.responses

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        """Answer one message; see `bot.dialogue.port.Dialogue`."""
        tracker = restore(said.customer_id, state.snapshot if state else None, self._domain)
        tracker.update_with_events(self._news(said, tracker), self._domain)
        resume = await self._resume_lines(tracker) if said.resuming else ()
        uttered = await self._converse(said, tracker)
        records = uttered.records()
        return Outcome(
            replies=(*resume, *uttered.replies()),
            dialogue=DialogueState(
                snapshot=dump(tracker, self._domain),
                task=tracker.active_loop.name if tracker.active_loop else None,
                goal=_goal(records, state),
                collected=self._collected(tracker),
            ),
            records=records,
        )

    def use_faq(self, entries: Sequence[FaqRecord]) -> None:
        """Hand new FAQ entries to the loaded model's search."""
        component(self._processor.graph_runner, FaqSelector).use([_entry(record) for record in entries])

    def _news(self, said: Said, tracker: DialogueStateTracker) -> list[Event]:
        """What changed around the conversation since the bot last spoke."""
        events: list[Event] = [
            SlotSet(name, value)
            for name, value in {**said.context, "resuming": said.resuming}.items()
            if tracker.get_slot(name) != value
        ]
        if said.task_done and tracker.active_loop:
            asked = self._domain.required_slots_for_form(tracker.active_loop.name)
            events += [ActiveLoop(None), *(SlotSet(slot, None) for slot in ("requested_slot", *asked))]
        return events + [BotUttered(text, metadata={"by": "person"}) for text in said.person_said]

    async def _converse(self, said: Said, tracker: DialogueStateTracker) -> Collected:
        output = Collected()
        parsed = await self._parse(said, tracker)
        metadata = {"turn_id": said.turn_id, "pressed": said.payload is not None}
        tracker.update(
            UserUttered(
                said.text,
                parsed["intent"],
                parsed["entities"],
                {**parsed, "metadata": metadata},
                input_channel=said.channel,
                message_id=said.turn_id,
                metadata=metadata,
            ),
            self._domain,
        )
        await self._processor.run_action_extract_slots(output, tracker)
        await self._processor._run_prediction_loop(output, tracker)
        return output

    async def _parse(self, said: Said, tracker: DialogueStateTracker) -> dict[str, Any]:
        """Understand words; a payload of ours is taken as it is. Words that look like a payload are just words."""
        text = said.payload or said.text.lstrip("/ ")
        parsed: dict[str, Any] = await self._processor.parse_message(UserMessage(text), tracker)
        if (whole := parsed["intent"]["name"]) in HIDDEN_IN:
            understood = [await self._processor.parse_message(UserMessage(part), tracker) for part in parts(text)]
            wish = clearest_wish(whole, understood)
            parsed = {**wish, "entities": parsed["entities"]} if wish else parsed
        return {**parsed, "text": said.text}

    async def _resume_lines(self, tracker: DialogueStateTracker) -> Sequence[Reply]:
        """Where things stand, said on a copy: the conversation itself goes on as if it had never stopped."""
        output = Collected()
        action = self._processor._get_action(RESUME_ACTION)
        prediction = PolicyPrediction.for_action_name(self._domain, RESUME_ACTION)
        await self._processor._run_action(action, tracker.copy(), output, self._processor.nlg, prediction)
        return output.replies()

    def _collected(self, tracker: DialogueStateTracker) -> Mapping[str, str]:
        """What the customer gave in any task, by what the forms ask for: "Order number" → "1042"."""
        asked = {slot for form in self._domain.form_names for slot in self._domain.required_slots_for_form(form)}
        given = {slot: tracker.get_slot(slot) for slot in sorted(asked) if not slot.endswith("_confirmed")}
        return {_label(slot): _words(value) for slot, value in given.items() if value is not None}


def _entry(record: FaqRecord) -> FaqEntry:
    return FaqEntry(
        id=record.id,
        question=record.question,
        answer=record.answer,
        phrasings=tuple(record.phrasings),
        tags=tuple(record.tags),
        department=record.department,
    )


def _words(value: object) -> str:
    """A value as people read it: "too_small" and "ridge-2-tent" are names of ours."""
    text = str(value)
    return re.sub("[_-]", " ", text) if _SLUG.fullmatch(text) else text


def _label(slot: str) -> str:
    return slot.replace("_", " ").capitalize()


def _goal(records: Sequence[Record], before: DialogueState | None) -> str | None:
    """What the customer is after, in a line: the title of the case they are on."""
    titles = [record.title for record in records if isinstance(record, OpenCase)]
    return titles[-1] if titles else (before.goal if before else None)
