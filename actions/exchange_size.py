"""The size of what comes in exchange: the usual one where it is known, confirmed in one line; else asked for.

Called by the form of a return, for things that come in sizes.
"""

from __future__ import annotations

import re
from typing import Final

from actions.commands import end_fact, learn_fact
from actions.conversation import Buttons, Conversation, button
from actions.heard import Heard
from actions.known import KINDS, fact
from actions.said_size import USUAL, bare_size, says_usual
from actions.shop.port import OrderItem, Sizes
from actions.visit import Question, Visit
from actions.wording import payload

ASKED: Final = frozenset({"return_size", "size_confirmed"})
UNKNOWN: Final = "unknown"
"""In the slot `size_confirmed`: the usual one was meant, but is not known; what is said next is it."""

_WRONG_FIT: Final = frozenset({"too_small", "too_large"})
"""The reasons for which a size is asked; for the others the same comes again unless the customer says a size."""
_ANY_SIZE: Final = "size"
_MOST_BUTTONS: Final = 8
_FOR_A_SIZE: Final = re.compile(
    r"\b(?:exchange|swap|swop|replace|change|replacement)\b[^.?!]*\b(?:for|to|with|into|in)\b"
)
_INSTEAD: Final = re.compile(r"\b(?:instead|make (?:it|that)|rather|actually)\b")


def answers_size(visit: Visit) -> bool:
    """Whether the message answers the question for the size, whatever it was taken for."""
    if visit.asked not in ASKED or visit.heard.is_question:
        return False
    return _said(visit) is not None


def read_size(visit: Visit) -> None:
    """Put what the message says of the size where it belongs."""
    talk, heard = visit.talk, visit.heard
    said = _said(visit)
    if said is not None:
        talk.set("return_size", said)
        visit.moved = True
    elif visit.asked == "size_confirmed" and heard.intent in {"affirm", "deny"}:
        talk.set("return_size", USUAL if heard.intent == "affirm" else None)
        talk.set("size_confirmed", heard.intent == "affirm")
        visit.moved = True


def forget_size(talk: Conversation) -> None:
    """For another thing, or when the size is to be changed: ask for it, and don't propose the usual one again."""
    talk.set("return_size", None)
    talk.set("size_confirmed", False)


def size_question(visit: Visit, item: OrderItem, sizes: Sizes | None) -> Question | None:
    """What to ask about the size; None when nothing is left to ask."""
    talk = visit.talk
    if sizes is None or talk.slot("return_resolution") != "exchange":
        talk.set("return_size", None)
        return None
    if talk.changed("return_item") and not talk.changed("return_size"):  # it was the size of another thing
        talk.set("return_size", None)
        talk.set("size_confirmed", None)
    usual = _usual(talk, sizes)
    if talk.slot("return_size"):
        _settle(visit, item, sizes, usual)
    if talk.slot("return_size"):
        return None
    if talk.slot("return_reason") not in _WRONG_FIT and talk.slot("size_confirmed") is None:
        return None
    if usual and talk.slot("size_confirmed") is None:
        choices = (button(f"Yes, {usual}", "/affirm"), button("Another size", "/deny"))
        return Question("size_confirmed", f"Your usual size, {usual}?", choices, f"So, in your usual size, {usual}?")
    return Question("return_size", "Which size would you like instead?", _buttons(sizes), "So, which size instead?")


def in_size(talk: Conversation, sizes: Sizes | None) -> str:
    """How the size reads behind "exchange"; nothing when there is none."""
    size = talk.slot("return_size")
    if not size or sizes is None:
        return ""
    return f" for your usual size, {size}" if size == _usual(talk, sizes) else f" for size {size}"


def _said(visit: Visit) -> str | None:
    heard, asked = visit.heard, visit.asked in ASKED
    told = next((value for kind in KINDS if kind.endswith("size") and (value := heard.told(kind))), None)
    if says_usual(heard, asked=asked) and told is None and (asked or _means_exchange(visit)):
        return USUAL
    if asked:
        return told or bare_size(heard)
    return told or heard.value("size") if _means_exchange(visit) else None


def _means_exchange(visit: Visit) -> bool:
    """Whether a size in the message is the one they want, and not the one that does not fit."""
    heard = visit.heard
    if heard.pressed or heard.is_question:
        return False
    is_changed = visit.asked == "return_confirmed" and (visit.talk.slot("return_size") or _INSTEAD.search(heard.words))
    return bool(_FOR_A_SIZE.search(heard.words)) or bool(is_changed) or _comes_in_exchange(heard)


def _comes_in_exchange(heard: Heard) -> bool:
    return heard.value("resolution") == "exchange" and says_usual(heard, asked=False)


def _usual(talk: Conversation, sizes: Sizes) -> str | None:
    """Their size of this kind, if the thing comes in it."""
    known = _known(talk, sizes)
    return sizes.take(known) if known else None


def _known(talk: Conversation, sizes: Sizes) -> str | None:
    """Their size of this kind: as just said, else as remembered."""
    remembered = fact(talk, sizes.worn)
    return talk.heard.told(sizes.worn) or (remembered.value if remembered else None)


def _settle(visit: Visit, item: OrderItem, sizes: Sizes, usual: str | None) -> None:
    """Take the size, say why not, or find that the usual one is not known."""
    talk = visit.talk
    said = str(talk.slot("return_size"))
    known = _known(talk, sizes)
    size = usual if said == USUAL else sizes.take(said)
    if size is not None:
        talk.set("return_size", size)
        _remember(visit, sizes, size)
    elif said == USUAL and known is None:
        talk.set("return_size", None)
        talk.set("size_confirmed", UNKNOWN)
        visit.notice("I don’t know your usual size yet.")
    else:
        talk.set("size_confirmed", talk.slot("size_confirmed") or False)
        visit.refuse(
            "return_size",
            f"The {item.name} {_come(item)} in {sizes.in_words}{f', not in {known}' if said == USUAL else ''}.",
        )


def _remember(visit: Visit, sizes: Sizes, size: str) -> None:
    """Keep a size that the customer said is theirs, under the kind that this thing tells."""
    talk = visit.talk
    told = visit.heard.told(_ANY_SIZE)
    if talk.slot("size_confirmed") != UNKNOWN and not told:
        return
    talk.record(learn_fact(sizes.worn, size))
    if told:
        talk.record(end_fact(_ANY_SIZE, told))
    if talk.slot("size_confirmed") == UNKNOWN:
        talk.set("size_confirmed", True)
        visit.notice(f"Noted: {KINDS[sizes.worn].noted.format(value=size)}.")


def _come(item: OrderItem) -> str:
    """Boots come in a size, a jacket comes in one."""
    return "come" if item.name.endswith("s") else "comes"


def _buttons(sizes: Sizes) -> Buttons:
    if len(sizes.offered) > _MOST_BUTTONS:
        return ()
    return [button(size, payload("inform", size=size)) for size in sizes.offered]
