"""How people say that something came broken or does not work. Used by `reason_cues`.

A pattern's group `it` or `it2` is the reason where the words around it only show that it is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reason:
    """A value, words of which a text must have one (see `gates`), and what it is said with."""

    value: str
    hints: str
    pattern: re.Pattern[str]


def reason(value: str, hints: str, pattern: str) -> Reason:
    """Return the reason with its pattern, which is for small letters."""
    return Reason(value, hints, re.compile(pattern))


NOT: Final = r"(?:won|doesn|don|didn|wouldn|couldn|isn|wasn|aren|weren)['’]?t|(?:will|does|do|did|is|was|are|were) not"
_BREAK: Final = (
    r"(?:broken|torn|ripped|dented|cracked|scratched|smashed|crushed|snapped|shattered|bent|split|bashed|battered|"
    r"mangled|"
    r"damaged|squashed|chewed|busted|scuffed)"
)
_HOLE: Final = (
    r"(?:holes?|rips?|tears?|dents?|cracks?|scratch(?:es)?|splits?|chips?|gash(?:es)?|punctures?|snags?|stains?)"
)
_PART: Final = (
    r"(?:sole|handle|button|strap|buckle|zip|zipper|puller|lid|cap|toggle|seam|stitching|clip|lace|eyelet|cord|switch|"
    r"leg|"
    r"tip|valve|hook|loop|popper|velcro|lining|grip|spout|hinge|wrist strap|hip belt|pocket|cuff|collar|bobble|pompom|"
    r"nozzle|burner|bulb|knob|clasp|drawstring|elastic|insole|tongue)s?"
)
_FAILS: Final = (
    r"(?:fell|fallen|falling|falls|came|come|coming|comes|broke|snapped|split|gone|went|ripped|jammed|jams|stuck|"
    r"sticks|"
    r"failed|popped|bust|perished|sheared|peeling|peeled|peels|gave way|unravelling|unraveling|loose)"
)

FAULTS: Final = (
    reason(
        "damaged",
        "broken torn ripped dented cracked scratched smashed crushed snapped shattered bent split bashed battered "
        "mangled "
        "damaged squashed chewed busted scuffed",
        rf"\b{_BREAK}\s(?:to (?:bits|pieces|shreds)|up|in (?:half|two|places)|open|all over|on arr?ival)\b"
        rf"|\b(?:battered|mangled|chewed|busted|scuffed)\b",
    ),
    reason(
        "damaged",
        "hole rip tear dent crack scratch split chip gash puncture snag stain",
        rf"\b(?:(?:has|have|had)\s(?:got\s)?)?(?:an?|some|several|two|three|loads of|lots of|multiple)\s"
        rf"(?:(?!hole\b)[a-z]{{3,9}}\s)?{_HOLE}\b(?:\sin (?:it|them)\b)?(?!\s(?:free|resistant|proof|repair|of|"
        rf"punch))"
        rf"|\b(?:has|have|had)\s{_HOLE}\b|\b{_HOLE}(?=\sin\s(?:the|my|one|his|her|both)\b)",
    ),
    reason(
        "damaged",
        "ruined wrecked soaked filthy dirty mouldy moldy rusty warped destroyed trashed marked bits pieces",
        r"\b(?:is|are|was|were|arrived|came|completely|totally|all|been|absolutely|got)\s(?P<it>ruined|wrecked|soaked|"
        r"filthy|"
        r"mouldy|moldy|rusty|warped|destroyed|trashed|in bits|in pieces)\b",
    ),
    reason(
        "faulty",
        "wont doesnt dont didnt wouldnt couldnt isnt wasnt arent werent will do is was are not never nothing stop aint",
        rf"\b(?:{NOT}|never|wont|ain['’]?t)\s(?:even\s|actually\s|properly\s|really\s|always\s)?(?:work(?:ed|ing)?|"
        rf"turn(?:ed)? on|"
        r"switch(?:ed)? on|light(?: up)?|ignite[ds]?|charge[ds]?|charging|inflate[ds]?|hold(?:ing)? (?:its )?(?:air|"
        r"charge|a charge|"
        r"pressure|water|heat)|stay(?:ing)? (?:lit|up|on|inflated|shut|closed|put|fastened|blown up)|seal|zip|fasten|"
        r"lock|"
        r"come on|power on|heat(?: up)?|point|click|spark|burn|fill|pump|clip(?: together| in| shut)?|screw on|tighten|"
        r"do anything|respond|keep (?:the )?(?:rain|water|wet|me (?:dry|warm)|warm|heat)(?: out)?|extend|reflect|glow|"
        r"boil)\b"
        r"(?!\s(?:for me|on (?:sunday|saturday|weekend)|with (?:my|the)|out|over|round|around|past))"
        r"|\b(?:does|do|did)\s(?:absolutely\s)?nothing\b"
        r"|\bstop(?:ped|t|s)?\s(?:working|charging|lighting|turning on|inflating|holding|closing|switching on|heating|"
        r"igniting|flashing|pumping|filtering|zipping|sealing)\b",
    ),
    reason(
        "faulty",
        "keep kept",
        r"\b(?:keeps?|kept)\s(?:on\s)?(?:(?:switching|turning|cutting|going|falling|coming|popping|slipping|dropping)\s"
        r"(?:(?:itself|themselves)\s)?(?:off|out|down|flat|apart|open|undone|loose)|jamming|sticking|leaking|"
        r"flickering|"
        r"deflating|losing (?:air|power|charge|pressure)|unscrewing|collapsing|breaking|dying|blowing out|overheating)"
        r"\b",
    ),
    reason(
        "faulty",
        "unravelled switches turns shuts powers flat goes down leak leek gone apart undone dead dud shrank shrunk dye "
        "run faded flicker broke",
        r"\b(?:goes|went|gone|going|go)\sflat\b(?:\s(?:overnight|in minutes))?"
        r"|\b(?P<it>goes down)(?=\s(?:over|during|in the|after|within|every|by morning))"
        r"|\b(?:goes|go|went) down overnight\b|\b(?<!does it )(?<!do they )(?<!will it )(?:leaks|leeks|leaky|leaked|"
        r"leaking|"
        r"leeking)\b(?!\s(?:proof|repair))|\bzip(?:per)?(?:['’]?s| has| is)?\s(?:gone|bust|had it|knackered)\b"
        r"|\b(?:fell|fallen|falling|falls|came|coming|comes)\s(?:apart|undone|unstitched|unglued|to (?:bits|pieces))\b"
        r"|\b(?:has |have |had )?(?:shrank|shrunk)\b|\b(?:dye|colou?r)s?\s(?:has |have )?(?:run|ran|runs|bled|bleeds|"
        r"faded|came out)\b"
        r"|\bunravell?(?:ed|ing|s)\b|\b(?:switch|turn|shut|power)(?:es|s|ed)?\s(?:itself|themselves)\s(?:off|on)\b"
        r"|\bflicker(?:s|ing|ed)\b|\b(?:went|completely|totally|stone)\s(?P<it2>dead)\b"
        r"|\bbroke\b(?=\s(?:after|on the (?:first|second)|first time|the (?:first|second|very)|straight|immediately|"
        r"within|as soon|when i))",
    ),
    reason(
        "faulty",
        "fell fall came come coming broke snapped split gone went ripped jam stuck stick failed popped bust perish "
        "sheared "
        "peel gave unravel loose",
        rf"\b{_PART}(?:['’]s)?\s(?:has\s|have\s|is\s|are\s|just\s|already\s|keeps?\s|gets?\s){{0,3}}{_FAILS}\b"
        r"(?:\s(?:off|apart|away|out|undone|loose|open|shut|unstitched))?",
    ),
    reason(
        "faulty",
        "leak leek",
        r"(?:\b(?:they|both|all|them|these|those)|\w{3,}s|\d)\s(?:all\s|both\s)?(?P<it>leak|leek)\b(?!\s(?:proof|"
        r"repair))",
    ),
)
