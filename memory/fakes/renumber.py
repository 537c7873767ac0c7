"""Gives all that names messages of a fake customer their new numbers. Called when they are linked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from memory.fakes.person import Person
from memory.fakes.world import World
from memory.model import Cursor, Feedback, Promise
from memory.weaving import Numbering


def renumber(world: World, person: Person, numbering: Numbering) -> None:
    """One line for each thing that has a number."""

    def new(number: int) -> Cursor:
        return Cursor(numbering(number))

    person.messages = [replace(message, number=new(message.number)) for message in person.messages]
    person.sides = {new(number): side for number, side in person.sides.items()}
    person.reply_to = {new(number): arrival for number, arrival in person.reply_to.items()}
    person.facts = [replace(each, fact=replace(each.fact, number=new(each.fact.number))) for each in person.facts]
    person.attempts = [(at, replace(attempt, number=new(attempt.number))) for at, attempt in person.attempts]
    person.given = [replace(given, number=new(given.number)) for given in person.given]
    person.promises = [_promise(promise, numbering) for promise in person.promises]
    person.notices = {key: replace(told, number=new(told.number)) for key, told in person.notices.items()}
    person.handoffs = {
        key: replace(
            handoff,
            requested_number=new(handoff.requested_number),
            feedback=renumbered(handoff.feedback, new),
            awaiting=handoff.awaiting and replace(handoff.awaiting, said_in=new(handoff.awaiting.said_in)),
        )
        for key, handoff in person.handoffs.items()
    }
    person.ended_handoffs = [
        (replace(was, requested_number=new(was.requested_number)), favoured) for was, favoured in person.ended_handoffs
    ]
    person.heard = None if person.heard is None else new(person.heard)
    for kept in person.kept_dialogues:
        kept.heard = None if kept.heard is None else new(kept.heard)
    for posting in world.postings.values():
        if posting.customer_id == person.customer.id:
            posting.number = new(posting.number)
    for arrival in world.arrivals.values():
        if arrival.customer_id == person.customer.id and arrival.given_up is not None:
            arrival.given_up = new(arrival.given_up)
    for tie in world.ties:
        if tie.link.customer_id == person.customer.id:
            tie.last_number = new(tie.last_number)


def renumbered(feedback: Feedback | None, new: Callable[[int], Cursor]) -> Feedback | None:
    """What a customer said of a handoff, by the new numbers of the messages."""
    if feedback is None:
        return None
    return replace(
        feedback,
        asked_in=new(feedback.asked_in),
        line_asked_in=None if feedback.line_asked_in is None else new(feedback.line_asked_in),
        line_in=None if feedback.line_in is None else new(feedback.line_in),
    )


def _promise(promise: Promise, numbering: Numbering) -> Promise:
    def new(number: int | None) -> Cursor | None:
        return None if number is None else Cursor(numbering(number))

    numbers = {"number": new(promise.number), "kept_in": new(promise.kept_in), "told_in": new(promise.told_in)}
    return replace(promise, **numbers)  # type: ignore[arg-type]
