"""Takes a signature off the end of a mail: "-- ", "Sent from my phone", "Kind regards, Ana". Used by `quotes`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MARK: Final = re.compile(r"^(?:--|—|__)\s*$")
_DEVICE: Final = re.compile(
    r"^\W*(?:"
    r"sent (?:from|via|using|with) .{2,60}|get outlook for .{2,60}|get bluemail for .{2,40}"
    r"|(?:von|aus) mein[\w/]* .{2,60} (?:gesendet|versendet|geschickt)|gesendet (?:von|mit|über|aus) .{2,60}"
    r"|diese nachricht wurde von meinem .{2,80} gesendet|outlook für (?:ios|android) .{0,40}"
    r"|holen sie sich outlook .{2,40}"
    r"|envoyé (?:de(?:puis)?|à partir de) .{2,60}|télécharger outlook pour .{2,40}|provenance : .{2,60}"
    r"|enviado (?:desde|de|do|con|com) .{2,60}|obtener outlook para .{2,40}"
    r"|inviato (?:da|dal) .{2,60}|scarica outlook per .{2,40}"
    r"|verzonden (?:vanaf|met|van|vanuit) .{2,60}|verstuurd vanaf .{2,60}"
    r"|wysłane z .{2,60}|wysłano z .{2,60}|skickat från .{2,60}|sendt fra .{2,60}|发自我的.{1,30}|iphoneから送信"
    r")\W*$",
    re.IGNORECASE,
)
_FAREWELL: Final = re.compile(
    r"^\s*(?:"
    r"(?:(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|my best) )?regards|best(?: wishes)?|all the best|many thanks"
    r"|thanks?(?: you)?(?: a lot| (?:so|very) much| in advance| and (?:best|kind) regards| for your help)?|cheers"
    r"|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|take care|have a (?:nice|good|great) day"
    r"|(?:mit )?(?:freundliche[nr]?|beste[nr]?|herzliche[nr]?|liebe[nr]?|viele[nr]?|schöne[nr]?) gr(?:ü|ue)(?:ß|ss)e?n?"
    r"(?: aus \w+)?|mfg|lg|vg|gru(?:ß|ss)|(?:vielen |besten |herzlichen )?dank(?:e)?(?: im voraus)?(?: und .{3,30})?"
    r"|(?:bien )?cordialement(?: vôtre)?|bien à (?:vous|toi)|(?:meilleures |sincères )?salutations(?: distinguées)?"
    r"|merci(?: (?:d['’]avance|par avance|beaucoup|bien))?|bonne journée|amicalement"
    r"|(?:un )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?|atentamente|(?:muchas )?gracias(?: de antemano)?"
    r"|un abrazo"
    r"|(?:cordiali |distinti )?saluti|grazie(?: mille)?|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg"
    r"|atenciosamente|(?:com os melhores )?cumprimentos|(?:muito )?obrigad[oa]|pozdrawiam|(?:med )?vänliga hälsningar"
    r")\s*[,.!…–-]*\s*$",
    re.IGNORECASE,
)
_MOST_LINES: Final = 8
_WIDEST: Final = 80
_SAYS_SOMETHING: Final = re.compile(r"\?\s*$|^\s*[a-zà-ÿ]\S* \S+ \S+|(?:\S+ ){4,}\S+[.!]\s*$")
"""A line that goes on with what was being said: nobody's name and no telephone number."""


def without_signature(lines: Sequence[str]) -> list[str]:
    """The lines before the signature. Never none of several: who writes only "Thanks" has said that."""
    kept = _before_mark(list(lines))
    kept = _before_devices(kept)
    return _before_farewell(kept)


def _before_mark(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _MARK.match(line) and _has_words(lines[:place]):
            return lines[:place]
    return lines


def _before_devices(lines: list[str]) -> list[str]:
    kept = _without_blank_end(lines)
    while kept and _DEVICE.match(kept[-1]):
        kept = _without_blank_end(kept[:-1])
    return kept


def _before_farewell(lines: list[str]) -> list[str]:
    kept = _without_blank_end(lines)
    seen = 0
    for place in range(len(kept) - 1, -1, -1):
        line = kept[place]
        if _FAREWELL.match(line):
            return _without_blank_end(kept[:place]) if _has_words(kept[:place]) else kept
        seen += bool(line.strip())
        if seen > _MOST_LINES or len(line) > _WIDEST or _SAYS_SOMETHING.search(line):
            break
    return kept


def _without_blank_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _has_words(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)
