"""Rasa, embedded: a trained model answers one message at a time from the state it is handed. Called by `bot.turn`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.model import get_latest_model
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.catching_up import ValuesFor, agreed_on, slots_for, taken, with_learnt
from bot.dialogue.changed import fresh_start, interrupted, still_possible
from bot.dialogue.choices import picked
from bot.dialogue.facts import stated, with_meant_sizes
from bot.dialogue.in_process import Actions, HonestProcessor, InProcessEndpoint, knowing
from bot.dialogue.nicknames import in_our_words
from bot.dialogue.parts import (
    ALONE_COUNTS,
    HIDDEN_IN,
    MEANT_KEY,
    MOST_CLAUSES,
    Open,
    Parsed,
    Part,
    clearest_wish,
    meaning,
    only_wish,
    pieces,
    wishes,
)
from bot.dialogue.port import ModelMissing, Said
from bot.dialogue.replies import Collected
from bot.dialogue.snapshot import dump, restore
from bot.dialogue.topics import called_for
from bot.faq.seed import entry_from
from bot.nlu.clauses import CLAUSES_KEY
from bot.nlu.faq import LANGUAGE_KEY, FaqSelector
from bot.nlu.runner import component
from bot.nlu.spelling import Spelling, spelled
from bot.person_topics import PersonTopics
from memory.model import DialogueState, FaqRecord, LearnFact, OpenCase, Outcome, Record

log = structlog.get_logger()

RESUME_ACTION = "action_resume"
WORDS_SLOT = "in_words"
"""Where the tasks keep what was given in the words of the catalogue: slot → words."""
ASKED_SLOT = "asked_slots"
"""Where they keep the questions of the open task so far."""
LANGUAGE_SLOT = "language"
"""The customer's language, as a channel told it last."""
CASE_SLOT = "case_key"
"""Where the tasks keep the key of the open task's case."""
LEARNT_SLOT = "learnt_lately"
"""Where the tasks find the keys of the facts that the last two messages told, the latest message first."""
TAKEN_BACK = "Sorry, "
"""Begins a message that its customer has changed: the tasks know by it that an answer is put right."""
WAITING_SLOT = "waiting_tasks"
"""Where they keep the tasks that wait, each with what was `given` for it by slot, and the same in `words`."""


class EmbeddedDialogue:
    """A trained Rasa model without a server, a tracker store or a lock store: memory has those parts."""

    def __init__(
        self, *, model: Path, actions: Actions, topics: PersonTopics, values_for: ValuesFor | None = None
    ) -> None:
        """Load a model (a file, or a folder whose newest is taken): seconds. Raises ModelMissing.

        `values_for` reads what a message that was said to a person gives for a task.
        """
        self._topics = topics
        self._values_for = values_for
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
        said = replace(said, text=in_our_words(said.text, said.known))
        tracker = restore(said.customer_id, state.snapshot if state else None, self._domain)
        tracker.update_with_events(self._news(said, tracker), self._domain)
        changed = self._settle_changes(tracker, state) if state else {}
        if said.corrects is not None:
            if not await self._says_otherwise(said.text, said.corrects, tracker):
                return Outcome()
            said = replace(said, text=f"{TAKEN_BACK}{said.text}")
        learnt = await self._catch_up(said, tracker)
        with knowing({**with_learnt(said.known, learnt), **changed}):
            stands = said.resuming or bool(changed)
            talked = tracker.copy() if said.moved else tracker
            uttered = await self._converse(said, talked, stands=stands)
        if said.moved:  # they said nothing: what was offered before stands, and what they are shown can be chosen
            shown = [event for event in list(talked.events)[len(tracker.events) :] if isinstance(event, BotUttered)]
            tracker.update_with_events(shown, self._domain)
        records = (*learnt, *uttered.records())
        if not said.moved:
            tracker.update(SlotSet(LEARNT_SLOT, _learnt_lately(records, tracker)), self._domain)
        return Outcome(
            replies=uttered.replies(),
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
        component(self._processor.graph_runner, FaqSelector).use([entry_from(record) for record in entries])

    def _news(self, said: Said, tracker: DialogueStateTracker) -> list[Event]:
        """What changed around the conversation since the bot last spoke."""
        events: list[Event] = [
            SlotSet(name, value)
            for name, value in {**said.context, "resuming": said.resuming}.items()
            if tracker.get_slot(name) != value
        ]
        events += self._ended(tracker, {tracker.get_slot(CASE_SLOT)} if said.task_done else said.lapsed)
        if said.task_done and tracker.active_loop:
            events.append(SlotSet(WAITING_SLOT, None))
        return events + [BotUttered(text, metadata={"by": "person"}) for text in said.person_said]

    def _settle_changes(self, tracker: DialogueStateTracker, state: DialogueState) -> Mapping[str, object]:
        """Let go of what this model can't go on with since it has changed; what the customer must hear about it."""
        waited = tracker.get_slot(WAITING_SLOT) or ()
        waiting = still_possible(waited, self._domain)
        if len(waiting) < len(waited):
            tracker.update(SlotSet(WAITING_SLOT, waiting or None), self._domain)
        task = interrupted(state, self._domain)
        if task:
            tracker.update_with_events(fresh_start(task, self._domain, (WORDS_SLOT, ASKED_SLOT)), self._domain)
        elif len(waiting) == len(waited):
            return {}
        doing = {"form": task.form, "goal": state.goal, "restarts": task.restarts} if task else None
        return {"changed": {"task": doing}}

    async def _catch_up(self, said: Said, tracker: DialogueStateTracker) -> Sequence[Record]:
        """Take in what was said to a person, and agreed with one; the facts in it, for memory to learn."""
        heard = [(each, await self._parsed(each.text, tracker)) for each in said.unheard]
        agreed = {slot: (words, await self._parsed(words, tracker)) for slot, words in said.agreed.items()}
        if self._values_for is not None and tracker.active_loop:
            form = tracker.active_loop.name
            values = taken(form, tracker.current_slot_values(), [parsed for _, parsed in heard], self._values_for)
            values |= agreed_on(form, agreed, self._values_for)
            tracker.update_with_events(slots_for(values, agreed, tracker, WORDS_SLOT), self._domain)
        meant = [(each, with_meant_sizes(parsed, said.known)) for each, parsed in heard]
        return [record for each, parsed in meant for record in stated(parsed, each.number)]

    async def _says_otherwise(self, text: str, before: str, tracker: DialogueStateTracker) -> bool:
        """Whether words that were changed mean something else than before, or only lost a slip."""
        return meaning(await self._parse(text, tracker)) != meaning(await self._parse(before, tracker))

    async def _parsed(self, text: str, tracker: DialogueStateTracker) -> Parsed:
        """Understand what was not said to the bot: what can't be understood gives nothing."""
        try:
            return await self._parse(text, tracker)
        except Exception:
            log.exception("unheard_message_not_understood")
            return {}

    def _ended(self, tracker: DialogueStateTracker, cases: Collection[str | None]) -> list[Event]:
        """The end of the tasks of these cases: of the open one, and of those in the line."""
        line = tracker.get_slot(WAITING_SLOT) or []
        left = [each for each in line if each.get("case") not in cases]
        events: list[Event] = [SlotSet(WAITING_SLOT, left or None)] if len(left) < len(line) else []
        if tracker.active_loop and tracker.get_slot(CASE_SLOT) in cases:
            asked = self._domain.required_slots_for_form(tracker.active_loop.name)
            events += [ActiveLoop(None), *(SlotSet(slot, None) for slot in ("requested_slot", CASE_SLOT, *asked))]
        return events

    async def _converse(self, said: Said, tracker: DialogueStateTracker, *, stands: bool) -> Collected:
        """Answer what the message says, one thing after the other when it says several; first where things stand."""
        output = Collected()
        payload = self._known(said.payload or picked(said.text, _shown(tracker)))
        whole = await self._parse(payload or said.text, tracker, is_payload=payload is not None)
        output.record(stated(with_meant_sizes(whole, said.known)))
        topical = None if payload else called_for(whole, self._topics, said.known, tracker)
        parts = [Part(said.text, topical)] if topical else await self._understand(said.text, whole, tracker)
        for place, part in enumerate(parts):
            metadata = {
                "turn_id": said.turn_id,
                "pressed": payload is not None,
                "follows": place > 0,
                "more_follows": place < len(parts) - 1,
                "moved": said.moved,
            }
            meant = part.text if payload else self._meant(part.text)
            tracker.update(_uttered(said, part, meant, metadata), self._domain)
            if stands and place == 0:
                await self._say_where_things_stand(output, tracker)
            await self._processor.run_action_extract_slots(output, tracker)
            await self._processor._run_prediction_loop(output, tracker)
        return output

    def _known(self, payload: str | None) -> str | None:
        """A payload that this model knows; a button of an older one says what stands on it."""
        named = re.match(r"/([^{@]+)", payload or "")
        return payload if named and named[1].strip() in self._domain.intents else None

    async def _understand(self, text: str, whole: Parsed, tracker: DialogueStateTracker) -> Sequence[Part]:
        """The things that the message says, in order; mostly one. A payload of ours is taken as it is."""
        found = whole.get(CLAUSES_KEY) or ()
        clauses = [await self._parse(clause, tracker) for clause in found[:MOST_CLAUSES]]
        apart = wishes(whole, clauses, _waiting(tracker)) if 1 < len(found) <= MOST_CLAUSES else ()
        if apart:
            return [await self._with_all_its_words(part, tracker) for part in apart]
        return [Part(text, await self._with_its_wish(whole, clauses, tracker))]

    async def _with_its_wish(self, whole: Parsed, clauses: Sequence[Parsed], tracker: DialogueStateTracker) -> Parsed:
        """The message by the wish that is hidden in it, if there is one: "wrong window, where is my order"."""
        intent = str(whole["intent"]["name"])
        if intent not in HIDDEN_IN:
            return whole
        wish = (only_wish(clauses) if intent in ALONE_COUNTS else None) or clearest_wish(intent, clauses)
        if wish is None:
            known = {str(clause["text"]): clause for clause in clauses}
            found = pieces(whole)[:MOST_CLAUSES]
            understood = [known.get(piece) or await self._parse(piece, tracker) for piece in found]
            wish = clearest_wish(intent, understood)
        return {**wish, "entities": whole["entities"]} if wish else whole

    async def _with_all_its_words(self, part: Part, tracker: DialogueStateTracker) -> Part:
        """What a part wants was said by one clause; what values it gives, by all that went with it."""
        if part.is_whole:
            return part
        entities = (await self._parse(part.text, tracker))["entities"]
        return Part(part.text, {**part.parsed, "entities": entities})

    async def _parse(self, text: str, tracker: DialogueStateTracker, *, is_payload: bool = False) -> Parsed:
        """Understand words. Words that look like a payload are just words."""
        readable = text if is_payload else text.lstrip("/ ")
        message = UserMessage(readable, metadata={LANGUAGE_KEY: tracker.get_slot(LANGUAGE_SLOT)})
        parsed: Parsed = await self._processor.parse_message(message, tracker)
        return parsed if is_payload else {**parsed, MEANT_KEY: self._meant(readable)}

    def _meant(self, text: str) -> str:
        """The text with slips of the keyboard put right; the tasks read words in it."""
        message = Message({TEXT: text})
        component(self._processor.graph_runner, Spelling).process([message])
        return spelled(message)

    async def _say_where_things_stand(self, output: Collected, tracker: DialogueStateTracker) -> None:
        """Said on a copy: the conversation itself goes on as if it had never stopped."""
        action = self._processor._get_action(RESUME_ACTION)
        prediction = PolicyPrediction.for_action_name(self._domain, RESUME_ACTION)
        await self._processor._run_action(action, tracker.copy(), output, self._processor.nlg, prediction)

    def _collected(self, tracker: DialogueStateTracker) -> Mapping[str, str]:
        """What the customer gave in any task, by what the forms ask for: "Order number" → "1042"."""
        asked = {slot for form in self._domain.form_names for slot in self._domain.required_slots_for_form(form)}
        given = {slot: tracker.get_slot(slot) for slot in sorted(asked) if not slot.endswith("_confirmed")}
        words = tracker.get_slot(WORDS_SLOT) or {}
        open_now = {_label(slot): words.get(slot, str(value)) for slot, value in given.items() if value is not None}
        return {**open_now, **_set_aside(tracker.get_slot(WAITING_SLOT) or ())}


def _uttered(said: Said, part: Part, meant: str, metadata: Mapping[str, Any]) -> UserUttered:
    understood = with_meant_sizes(part.parsed, said.known)
    parsed = {**understood, "text": part.text, MEANT_KEY: meant, "metadata": metadata}
    return UserUttered(
        part.text,
        parsed["intent"],
        parsed["entities"],
        parsed,
        input_channel=said.channel,
        message_id=said.turn_id,
        metadata=dict(metadata),
    )


def _shown(tracker: DialogueStateTracker) -> Sequence[Mapping[str, str]]:
    """The buttons under what the bot said last."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered) and event.data.get("buttons"):
            return list(event.data["buttons"])
    return ()


def _waiting(tracker: DialogueStateTracker) -> Open:
    asked = str(tracker.get_slot("requested_slot") or "") if tracker.active_loop else ""
    offer = tracker.get_slot("pending_offer") or {}
    return Open(
        question=bool(asked),
        yes_or_no=asked.endswith("_confirmed")
        or offer.get("kind") in {"person", "return", "meant", "forget", "redirect"},
    )


def _set_aside(waiting: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """What was given for the tasks that wait: "Return reason (set aside)" → "Too small"; each value once."""
    found: dict[str, list[str]] = {}
    for task in waiting:
        for slot, value in task["given"].items():
            if isinstance(value, str):
                found.setdefault(f"{_label(slot)} (set aside)", []).append((task["words"] or {}).get(slot, value))
    return {label: ", ".join(dict.fromkeys(values)) for label, values in found.items()}


def _learnt_lately(records: Sequence[Record], tracker: DialogueStateTracker) -> Sequence[Sequence[str]] | None:
    """Told by messages and not by numbers or time: neither a silence nor another channel comes in between."""
    learnt = [record.key for record in records if isinstance(record, LearnFact)]
    before = tracker.get_slot(LEARNT_SLOT) or ()
    lately = [learnt, *before][:2]
    return lately if any(lately) else None


def _label(slot: str) -> str:
    return slot.replace("_", " ").capitalize()


def _goal(records: Sequence[Record], before: DialogueState | None) -> str | None:
    """What the customer is after, in a line: the title of the case they are on."""
    titles = [record.title for record in records if isinstance(record, OpenCase)]
    return titles[-1] if titles else (before.goal if before else None)
