"""Takes card numbers, security codes and passwords out of what customers write, before it is kept anywhere.

Put around memory's inbox in `bot.bootstrap`; the turn tells the customer that it was done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from memory.model import ANSWERED, Accepted, Inbound, InboxId, Message
from memory.ports import Inbox

CARD: Final = "card number"
CODE: Final = "security code"
PASSWORD: Final = "password"

_MARKS: Final = {kind: f"[{kind} removed]" for kind in (CARD, CODE, PASSWORD)}

_DIGITS: Final = re.compile(r"(?<![\w.,])\d(?:[ .-]{0,2}\d){13,}(?!\w)", re.ASCII)
_GROUP: Final = re.compile(r"\d+", re.ASCII)
_NETWORKS: Final = re.compile(
    r"""
    4(?:\d{15}|\d{18})                                                # Visa
    | (?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}  # Mastercard
    | 3[47]\d{13}                                                     # American Express
    | 3(?:0[0-5]|[68]\d)\d{11}                                        # Diners Club
    | 35(?:2[89]|[3-8]\d)\d{12}                                       # JCB
    | 6\d{15,18}                                                      # Discover, UnionPay, Maestro, RuPay
    """,
    re.ASCII | re.VERBOSE,
)
"""Which numbers the networks give out (ISO/IEC 7812 and the networks' own ranges). Other long numbers are not cards:
an IMEI has 15 digits and passes the same check."""

_CODE: Final = re.compile(
    r"\b(?P<name>cvc2?|cvv2?|security code|card code|pin(?: code| number)?)\b"
    r"(?P<link>\s*(?:is|was|:|=|-)?\s*)(?P<value>\d{3,8})(?!\w)",
    re.ASCII | re.IGNORECASE,
)
_PASSWORD: Final = re.compile(
    r"\b(?P<lead>(?:pass ?word|passcode|passwort)\s*(?P<link>[:=]|\b(?:is|was)\b:?)\s*)"
    r"(?P<quote>[\"'“‘«]?)(?P<value>[^\s\"'”’»]{4,})",
    re.IGNORECASE,
)
_AFTER_WORDS: Final = ".,!?;:)…"

_ENDING: Final = re.compile(r"\.(?:[a-z]{2,5}|mp[34]|m4a|7z)\Z", re.ASCII | re.IGNORECASE)
_NO_WORDS: Final = frozenset({"file", "file_id", "kind", "type", "mime_type"})
"""What is kept of an attachment and was not written by anybody."""

_CLAUSE: Final = re.compile(r"[^,.;!?\n]*(?:[,.;!?\n]|$)")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_EXPIRY: Final = re.compile(r"\b\d{1,2}\s?/\s?(?:\d\d)?\d\d\b", re.ASCII)
_LEADS_LINE: Final = (
    "a an the my this that its it's it’s it is was here here's here’s heres there i i'm use with for on of and or to "
    "so card cards number numbers no num debit credit bank visa mastercard amex american express maestro long digits "
    "details security code pin cvv cvv2 cvc cvc2 password passcode pass word passwort expiry expires exp expiring "
    "date valid until thru end ends ending name try"
)
_LEADS: Final = frozenset(_LEADS_LINE.split())
"""Words that say nothing but what the number beside them is."""
_REPLIES_LINE: Final = "yes yeah yep yup no nope ok okay sure thanks thank you please hi hello hey"
_BY_THEMSELVES: Final = frozenset(_REPLIES_LINE.split())
"""Words that say something even where all else leads up to a number."""


def masked(text: str) -> str:
    """Return the text with a mark in the place of each card number, security code and password."""
    return _PASSWORD.sub(_without_password, _CODE.sub(_without_code, _DIGITS.sub(_without_card, text)))


def masked_name(name: str) -> str:
    """Return the name of a file without the same. An underscore stands for a space there, and the ending stays."""
    found = _ENDING.search(name)
    stem, ending = (name[: found.start()], found[0]) if found else (name, "")
    spaced = stem.replace("_", " ")
    kept = masked(spaced)
    return name if kept == spaced else kept + ending


def masked_kinds(text: str) -> Sequence[str]:
    """What was taken out of a masked text, each kind once: `CARD`, `CODE`, `PASSWORD`."""
    return [kind for kind, mark in _MARKS.items() if mark in text]


def without_marks(text: str) -> str:
    """What is left of a text to be understood: neither the marks nor what only leads up to them says anything.

    "Yes, my card is 4111 …" leaves "Yes", and "my card 4111 … was declined" leaves "my card was declined".
    """
    if not masked_kinds(text):
        return text
    left = [_left_of(clause) for clause in _CLAUSE.findall(text)]
    said = " ".join("".join(left).split())
    return said if said.strip(" .,;:-") else ""


def _left_of(clause: str) -> str:
    bare = clause
    for mark in _MARKS.values():
        bare = bare.replace(mark, " ")
    words = [word for word in _WORD.findall(_EXPIRY.sub(" ", bare).lower()) if word not in _LEADS]
    if bare != clause and all(word in _BY_THEMSELVES or word.isdigit() for word in words):
        return " ".join([*(word for word in words if not word.isdigit()), ""])
    return bare if words else ""


def warning(text: str) -> str | None:
    """What to tell the customer whose message was masked; None when nothing was taken out of it."""
    kinds = masked_kinds(text)
    if not kinds:
        return None
    things = " and the ".join([", the ".join(kinds[:-1]), kinds[-1]] if kinds[1:] else kinds)
    them = "them" if kinds[1:] else "one"
    return (
        f"I took the {things} out of your message before keeping it. Please don't send {them} in a chat: "
        "nobody here needs to see that."
    )


class MaskingInbox:
    """An inbox that never sees what nobody should keep."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message without its secrets."""
        custom = inbound.custom
        if custom is not None and ANSWERED in custom:
            custom = {**custom, ANSWERED: masked(custom[ANSWERED])}
        kept = replace(
            inbound,
            text=masked(inbound.text),
            payload=inbound.payload and masked(inbound.payload),
            custom=custom,
            attachments=tuple(map(_without_secrets, inbound.attachments)),
        )
        return await self._inbox.accept(kept)

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        """What its turn answered; None while the turn is not committed."""
        return await self._inbox.replies(inbox_id)


def _without_secrets(attached: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is kept of an attachment: its name, and for some kinds words, such as a poll's question."""
    words = {key: value for key, value in attached.items() if isinstance(value, str) and key not in _NO_WORDS}
    return {**attached, **{key: masked_name(value) for key, value in words.items()}}


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B; H. P. Luhn, US 2,950,048)."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def _without_card(run: re.Match[str]) -> str:
    """A run of digits without the card numbers in it: an expiry date or a code may follow one."""
    text, kept, done = run[0], "", 0
    for start, end in _cards(text):
        kept += text[done:start] + _MARKS[CARD]
        done = end
    return kept + text[done:]


def _cards(text: str) -> Iterator[tuple[int, int]]:
    groups = [group.span() for group in _GROUP.finditer(text)]
    place = 0
    while place < len(groups):
        for last in range(len(groups), place, -1):
            start, end = groups[place][0], groups[last - 1][1]
            digits = re.sub(r"\D", "", text[start:end])
            if _NETWORKS.fullmatch(digits) and passes_luhn(digits):
                yield start, end
                place = last - 1
                break
        place += 1


def _without_code(found: re.Match[str]) -> str:
    return f"{found['name']}{found['link']}{_MARKS[CODE]}"


def _without_password(found: re.Match[str]) -> str:
    """After "is" most words are not the password but what is the matter with it."""
    value = found["value"].rstrip(_AFTER_WORDS)
    is_named = bool(found["quote"]) or found["link"][-1] in ":="
    if value in _MARKS[PASSWORD] or not (is_named or _looks_made_up(value)):
        return found[0]
    return f"{found['lead']}{found['quote']}{_MARKS[PASSWORD]}{found['value'][len(value) :]}"


def _looks_made_up(value: str) -> bool:
    plain = value.replace("-", "").replace("’", "").replace("'", "")
    return not plain.isalpha() or (plain[1:] != plain[1:].lower() and not plain.isupper())
