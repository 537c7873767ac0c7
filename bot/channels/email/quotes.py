"""What somebody wrote themselves in a mail: without what they quote and without their signature. Used by `mime`.

Mail programs mark quotes in their own ways and in the language of whoever uses them. Where none of the marks is found,
nothing is taken away: a quote too many does less harm than a sentence lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.channels.email.signatures import without_signature

_QUOTED: Final = re.compile(r"\s*>")
_LONGEST_OPENING: Final = 4
"""Lines over which a mail program may break "On … wrote:"."""
_WIDEST_OPENING: Final = 400

_WROTE: Final = re.compile(
    r"(?:\b(?:wrote|a écrit|escribió|ha scritto|escreveu|napisał(?:\(a\)|a)?|skrev|schrieb|schreef)|写道|寫道)\s*[:：]$"
    r"|\b(?:schrieb|schreef|skrev)\b[^:]{0,120}(?:<\s?[^<>\s]+>|[\w.+-]+@[\w.-]+|\w)\s*:$"
    r"|<[^<>\s]+@[^<>\s]+>\s*(?:schrieb|schreef|skrev) .{6,60}:$",
    re.IGNORECASE,
)
_DATED_ADDRESS: Final = re.compile(r"^\d{4}\W.*<[^<>\s]+@[^<>\s]+>\s*[:：]$")
"""Such as "2026-10-12 10:04 GMT+02:00 Fern <help@fernhill.example>:"."""
_WHEN_OR_WHO: Final = re.compile(r"@|\d[:.h]\d\d|\d{4}年")

_SEPARATOR: Final = re.compile(
    r"^[\W_]*(?:original[ -]?message|ursprüngliche nachricht|original[ -]?nachricht|message d['’]origine"
    r"|message original|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original"
    r"|wiadomość oryginalna|originalmeddelande|原始邮件)[\W_]*$",
    re.IGNORECASE,
)

_FROM: Final = re.compile(r"^\W*(?:from|von|de|da|van|od|från|fra|发件人|寄件者|差出人)\W{0,3}[:：]", re.IGNORECASE)
_OTHER_FIELD: Final = re.compile(
    r"^\W*(?P<name>sent|date|to|cc|gesendet(?: am)?|datum|an|kopie|envoyé(?: le)?|à|enviado(?: el)?|enviada(?: em)?"
    r"|fecha|para|inviato|data|a|verzonden|aan|wysłano|do|skickat|till|sendt|til|发送时间|收件人)\W{0,3}[:：]",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"^\W*(?:subject|betreff|objet|asunto|oggetto|onderwerp|assunto|temat|ämne|emne|主题|主旨|件名)\W{0,3}[:：]",
    re.IGNORECASE,
)
_FIELDS_LOOKED_AT: Final = 8

_FORWARDED: Final = re.compile(
    r"^[\W_]*(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada)[\W_]*$"
    r"|^begin forwarded message:$|^anfang der weitergeleiteten nachricht:$"
    r"|^début du message (?:transféré|réexpédié) ?:$",
    re.IGNORECASE,
)
"""What stands above a mail that is passed on: it is shown to us on purpose, so it stays."""

_RULE: Final = re.compile(r"^\s*[_*=-]{10,}\s*$")


def own_words(text: str) -> str:
    """The text without quotes, what introduces them, and the signature. Empty when it was nothing else."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    return "\n".join(without_signature(_unquoted(lines))).strip()


def _unquoted(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    place = 0
    while place < len(lines):
        if _QUOTED.match(lines[place]):
            place += 1
            continue
        if _is_rule_with_words(lines[place], _FORWARDED):
            return [*kept, *lines[place:]]
        opening = _opening(lines, place)
        if not opening:
            kept.append(lines[place])
            place += 1
            continue
        place = _after_blanks(lines, place + opening)
        if place < len(lines) and not _QUOTED.match(lines[place]):
            break  # quoted without a mark on each line: all the rest is
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
        kept.pop()
    return kept


def _opening(lines: Sequence[str], place: int) -> int:
    """How many lines here introduce a quote; 0 when none do."""
    if not lines[place].strip():
        return 0
    if _is_rule_with_words(lines[place], _SEPARATOR) or _is_header(lines, place):
        return 1
    return _attribution(lines, place)


def _is_rule_with_words(line: str, words: re.Pattern[str]) -> bool:
    """Such as "-----Original Message-----"; Apple writes "Begin forwarded message:" without a rule."""
    return len(line) < _WIDEST_OPENING and ("--" in line or line.endswith(":")) and words.match(line) is not None


def _attribution(lines: Sequence[str], place: int) -> int:
    """Lines of "On Monday, Fern wrote:"; only with a time or an address, for people write "he wrote:" as well."""
    joined = ""
    for count, line in enumerate(lines[place : place + _LONGEST_OPENING], start=1):
        if not line.strip() or _QUOTED.match(line):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _WIDEST_OPENING:
            return 0
        if (_WROTE.search(joined) or _DATED_ADDRESS.match(joined)) and _WHEN_OR_WHO.search(joined):
            return count
    return 0


def _is_header(lines: Sequence[str], place: int) -> bool:
    """Whether the head of an older mail begins here, as Outlook copies it: From, Sent, To, Subject."""
    if not _FROM.match(lines[place]):
        return False
    following = [line for line in lines[place + 1 : place + 1 + _FIELDS_LOOKED_AT * 2] if line.strip()]
    following = following[:_FIELDS_LOOKED_AT]
    others = {match["name"].lower() for line in following if (match := _OTHER_FIELD.match(line))}
    has_subject = any(_SUBJECT.match(line) for line in following)
    return bool(others) and (has_subject or ("@" in lines[place] and len(others) > 1))


def _after_blanks(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place
