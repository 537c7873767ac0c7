from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from structlog.testing import capture_logs

from bot.dialogue.snapshot import CUT_ABOVE, KEEP_EVENTS, MAX_BYTES, dump, restore, to_event
from bot.settings import PROJECT


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))


def exchange(number: int) -> list[object]:
    said = UserUttered(f"message {number}", {"name": "greet", "confidence": 0.9}, parse_data={"faq": ["large"] * 100})
    return [said, ActionExecuted("action_greet"), BotUttered("Hello."), ActionExecuted("action_listen")]


def test_a_new_conversation_finds_the_bot_listening(domain: Domain) -> None:
    tracker = restore("ana", None, domain)

    assert tracker.latest_action_name == "action_listen"


def test_what_is_written_is_read_back_the_same(domain: Domain) -> None:
    tracker = restore("ana", None, domain)
    tracker.update_with_events([*exchange(1), SlotSet("order_number", "1042"), ActiveLoop("return_form")], domain)

    again = restore("ana", dump(tracker, domain), domain)

    assert [event.type_name for event in again.events] == [event.type_name for event in tracker.events]
    assert again.current_slot_values() == tracker.current_slot_values()
    assert again.active_loop_name == "return_form"


def test_slots_and_the_open_form_survive_the_cut_of_a_long_history(domain: Domain) -> None:
    tracker = restore("ana", None, domain)
    opening = [SlotSet("order_number", "1042"), SlotSet("requested_slot", "return_item"), ActiveLoop("return_form")]
    tracker.update_with_events([*exchange(0), *opening, ActionExecuted("action_listen")], domain)
    for number in range(500):
        tracker.update_with_events(exchange(number), domain)

    snapshot = dump(tracker, domain)
    again = restore("ana", snapshot, domain)

    assert again.get_slot("order_number") == "1042"
    assert again.get_slot("requested_slot") == "return_item"
    assert again.active_loop_name == "return_form"
    assert KEEP_EVENTS <= len(again.events) <= CUT_ABOVE
    assert len(snapshot.encode()) < MAX_BYTES


def test_a_snapshot_does_not_grow_however_often_it_is_read_and_written(domain: Domain) -> None:
    snapshot, sizes = None, []
    for number in range(200):
        tracker = restore("ana", snapshot, domain)
        tracker.update_with_events(exchange(number), domain)
        snapshot = dump(tracker, domain)
        sizes.append(len(snapshot))

    assert max(sizes) < MAX_BYTES
    assert max(sizes[100:]) <= max(sizes[:100]) * 1.05


LONG = st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=20), st.integers(1, 5_000))
BUTTON = st.fixed_dictionaries({"title": st.text(max_size=500), "payload": st.text(max_size=200)})
ANYTHING = st.one_of(
    st.builds(lambda text: UserUttered(text, {"name": "inform", "confidence": 0.9}, [{"value": text}]), LONG),
    st.builds(lambda text, shown: BotUttered(text, {"buttons": shown}), LONG, st.lists(BUTTON, max_size=60)),
    st.builds(SlotSet, st.sampled_from(["told", "new_address", "waiting_tasks", "faq_candidates"]), LONG),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ANYTHING, max_size=80))
def test_whatever_is_said_a_snapshot_stays_within_its_bound_and_can_be_read(domain: Domain, said: list[Event]) -> None:
    tracker = restore("ana", None, domain)
    tracker.update_with_events([*said, SlotSet("order_number", "1042"), ActiveLoop("return_form")], domain)

    snapshot = dump(tracker, domain)
    again = restore("ana", snapshot, domain)

    assert len(snapshot.encode()) <= MAX_BYTES
    assert (again.get_slot("order_number"), again.active_loop_name) == ("1042", "return_form")


def test_the_largest_slot_goes_first_and_it_is_logged(domain: Domain) -> None:
    tracker = restore("ana", None, domain)
    tracker.update_with_events([SlotSet("told", ["x" * MAX_BYTES]), SlotSet("order_number", "1042")], domain)

    with capture_logs() as logs:
        again = restore("ana", dump(tracker, domain), domain)

    assert (again.get_slot("told"), again.get_slot("order_number")) == (None, "1042")
    assert [(line["event"], line["slot"]) for line in logs] == [("snapshot_too_large", "told")]


def test_the_words_of_the_customer_are_left_to_the_transcript(domain: Domain) -> None:
    tracker = restore("ana", None, domain)
    entity = {"entity": "email", "value": "ana@secret.example"}
    said = [UserUttered("my secret", {"name": "greet"}, [entity]), BotUttered("your secret")]
    tracker.update_with_events(said, domain)

    assert "secret" not in dump(tracker, domain)


def test_a_slot_or_form_that_the_domain_no_longer_has_is_left_out(domain: Domain) -> None:
    tracker = restore("ana", None, domain)
    old = json.loads(dump(tracker, domain))
    old["events"] += [
        {"event": "slot", "name": "shoe_colour", "value": "red", "timestamp": 1},
        {"event": "active_loop", "name": "shoe_form", "timestamp": 1},
        {"event": "action", "name": "shoe_form", "timestamp": 1},
    ]

    again = restore("ana", json.dumps(old), domain)

    assert "shoe_colour" not in again.slots
    assert again.active_loop_name is None


EVENTS = (
    UserUttered("hello", {"name": "greet", "confidence": 0.9}),
    BotUttered("Hello.", {"buttons": [{"title": "Yes", "payload": "/affirm"}]}),
    ActionExecuted("action_greet", policy="RulePolicy", confidence=1.0),
    SlotSet("order_number", "1042"),
    ActiveLoop("return_form"),
    LoopInterrupted(is_interrupted=True),
    FollowupAction("action_listen"),
    SessionStarted(),
    AllSlotsReset(),
    ConversationPaused(),
    Restarted(),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type_name)
def test_an_event_is_read_back_without_rasas_walk_through_all_kinds(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Event, "from_parameters", None)
    monkeypatch.setattr(Event, "resolve_by_type", None)

    again = to_event(json.loads(json.dumps(event.as_dict())))

    assert type(again) is type(event)
    assert again.as_dict() == event.as_dict()


def test_an_event_of_a_kind_that_this_rasa_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="telepathy"):
        to_event({"event": "telepathy", "timestamp": 1})
