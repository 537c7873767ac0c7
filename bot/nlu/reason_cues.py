"""How people say why something goes back, one pattern or more for each value. Used by `reasons`.

What is broken or does not work stands in `fault_cues`.
"""

from __future__ import annotations

from typing import Final

from bot.nlu.fault_cues import FAULTS, NOT, reason
from bot.nlu.numbers import IN_WORDS

_VERY: Final = (
    r"(?:very|really|quite|rather|so|way|far|super|a bit|a little|a tad|slightly|extremely|pretty|bit|well|much)"
)
_SMALL: Final = r"(?:small|tight|short|narrow|snug|tiny|cramped)"
_LARGE: Final = r"(?:big|large|long|wide|loose|baggy|roomy|huge|massive|enormous|oversized)"
_SIZES: Final = r"(?:(?:about )?(?:half an?|a|one|two|three|\d)\s(?:full\s|whole\s)?sizes?|inches)\s(?:too|to)\s"
_THEM: Final = r"(?:it|them|these|this|those|(?:my|his|her|their|the) \w+)"
_ME: Final = r"(?:me|him|her|us|my \w+|his \w+|her \w+)"
_ORDERED: Final = r"(?:ordered|asked for|bought|paid for|chose|picked|requested|purchased)"
_SHOWN: Final = (
    r"(?:described|advertised|pictured|shown|stated|promised|claimed|(?:the |your |its |that )?(?:product |online )?"
    r"(?:pictures?|photos?|pics?|images?|description|website|site|ad|advert|listing|catalogue))"
)
_EVENT: Final = (
    r"(?:birthday|bday|trip|holidays?|hols|wedding|party|event|race|deadline|expedition|anniversary|christening|hike|"
    r"camp|"
    r"camping trip|festival|weekend away|walk|christmas|xmas|marathon)"
)
_SPAN: Final = (
    rf"(?:way|far|much|very|so|really|too|to|an?|{IN_WORDS}|\d{{1,3}}|few|couple|of|whole|full|days?|weeks?|months?|"
    r"hours?)"
)
_COME: Final = (
    r"(?:arriv(?:ed|es|ing)|came|turned up|got here|showed up|(?:was |were )?delivered|got to (?:me|us)|landed)"
)
_GONE: Final = (
    r"(?:(?:my|our|the|his|her|their)\s(?:\w+['’]?s\s)?" + _EVENT + r"|(?:i|we|he|she|they)(?:['’]?d)?\s(?:had\s)?"
    r"(?:already\s)?(?:left|gone|flew|flown|travelled|went|moved|needed|wanted|set off|got back|came back|come back)"
    r"(?:\s(?:it|them))?)"
)

REASONS: Final = (
    *FAULTS,
    reason(
        "too_small",
        "small tight short narrow snug tiny cramped",
        rf"{_SIZES}{_SMALL}\b|\b(?:com(?:es?|ing)|came|runs?|running|fits?|sized)"
        rf"\s(?:up\s)?(?:{_VERY}\s){{0,2}}{_SMALL}\b"
        rf"|\b(?:too|to|bit|tad|little)\s{_SMALL}\b(?!\s(?:notice|term))|\b{_SMALL}er than (?:i |we )?\w+\b(?=\s?(?:$|"
        rf"[,.!]|and|so))",
    ),
    reason(
        "too_small",
        "get fit zip squeeze button over breathe size enough dig dug cut do fasten pull force need go stretch close "
        "move",
        rf"\b(?:can['’]?t|cannot|couldn['’]?t|can not|can barely|could barely|can hardly|could hardly|unable to)"
        rf"\s(?:even\s)?"
        rf"(?:(?:get|squeeze|pull|fit|force)\s{_THEM}\s(?:on|over|in|into|past|round|around)\b(?!\s(?:touch|stock|"
        rf"time|the (?:website|app)))"
        r"|(?:zip|do|button|fasten)\s(?:it|them|these|this|my \w+) up|(?:breathe|move) in (?:it|them|this))"
        rf"|\b(?:{NOT})\s(?:even\s)?(?:fit|go|zip up|do up|button up|stretch|pull|close)\s(?:over|round|around|past)\b"
        r"|\bneed(?:ed|s)?\s(?:an?|the|one)\s(?:bigger|larger|next size up|bigger|size (?:up|bigger|larger))"
        r"(?:\ssize)?\b"
        r"|\b(?:dig|digs|digging|dug|cut|cuts|cutting)\sin(?:to)?\b(?=\s(?:me|my|his|her)\b|\s?(?:$|[.,!]))"
        r"|\bnot\s(?:\w+\s)?(?:big|long|wide|roomy|large) enough\b",
    ),
    reason(
        "too_large",
        "big large long wide loose baggy roomy huge massive enormous oversized",
        rf"{_SIZES}{_LARGE}\b|\b(?:com(?:es?|ing)|came|runs?|running|fits?|sized)"
        rf"\s(?:up\s)?(?:{_VERY}\s){{0,2}}{_LARGE}\b"
        rf"|\b(?:too|bit|tad|little)\s(?:big|large|wide|loose|baggy|roomy|huge|massive|long)\b(?!\s(?:time|to|in the|"
        rf"on the|of an?)\b)"
        rf"|\b(?:massive|huge|enormous|gigantic|miles too \w+|baggy|loose) (?:on|for) {_ME}\b",
    ),
    reason(
        "too_large",
        "swim drown hang swamp slips slides smaller need falls lost",
        r"\b(?:swimming|swim|swims|drowning|drown|lost) in (?:it|them|these|this)\b|\b(?:hangs?|hanging|falls?|falling|"
        r"slips|"
        rf"slides?|sliding) (?:off|down) {_ME}\b|\bneed(?:ed|s)?\s(?:an?|the|one)\s(?:smaller|size (?:down|smaller))"
        rf"(?:\ssize)?\b",
    ),
    reason(
        "wrong_item",
        "order asked paid bought chose picked request purchas",
        rf"\b(?:not|(?:is|was|are|were)n['’]?t)\s(?:quite\s|even\s|at all\s)?(?:what|(?:the|those|that)"
        rf"\s?(?:\w{{1,14}}\s){{0,2}}?)\s?"
        rf"(?:that\s|which\s)?(?:i|we|he|she|i['’]?d|we['’]?d)\s(?:had\s|have\s|actually\s|originally\s)?{_ORDERED}\b"
        r"|\b(?:never|(?:did|have|had)n['’]?t|did not)\s(?:even\s)?order(?:ed)?\s(?:this|that|these|those|it|them|any)"
        r"\b"
        r"|\bmix(?:ed)?(?:[\s-]up)? (?:up )?(?:my|our|the|two|people['’]?s) orders?(?: up)?\b",
    ),
    reason(
        "wrong_item",
        "wrong incorrect different",
        r"\b(?:wrong|incorrect)\s(?:items?|products?|things?|sizes?|colou?rs?|models?|ones?|stuff|orders?|parcels?|"
        r"goods|"
        r"pair|version|style|shade)\b(?:\ssent\b)?"
        r"|\b(?:sent|got|received|recieved|given|delivered|shipped|had|was|were|its|it['’]s|a|an)\s(?:me\s|us\s|a\s|"
        r"an\s|some\s|"
        r"completely\s|totally\s|entirely\s){0,3}(?P<it>different (?:items?|products?|things?|model|jacket|colou?r|"
        r"one))\b(?!\s(?:to|from|than|sizes?)\b)"
        r"|\b(?:sent|send|got|received|recieved|given|delivered|shipped|packed)\s(?:me\s|us\s)?(?:the\s|"
        r"a\s)?(?P<it2>wrong)\b",
    ),
    reason(
        "wrong_item",
        "else another other",
        r"\b(?:some(?:one|body)\selse|another (?:customer|person)|other people)(?:['’]?s)\s(?:orders?|parcels?|stuff|"
        r"things?|"
        r"item|jacket|name|package|delivery)\b",
    ),
    reason(
        "not_as_described",
        "describ advertis pictur shown stated promised claimed photo pic image description website site advert listing "
        "catalogue online misleading expected",
        rf"\b(?:not|isn['’]?t|wasn['’]?t|aren['’]?t|weren['’]?t|nothing|isnt)\s(?:at all\s|really\s|quite\s|exactly\s|"
        rf"even\s|anything\s)?"
        rf"(?:as|like)\s(?:it\s|they\s|on\s|in\s|was\s|is\s|were\s|it['’]?s\s){{0,3}}{_SHOWN}\b"
        rf"|\b(?:looks?|feels?)\s(?:absolutely\s|completely\s|totally\s)?nothing like(?:\s{_SHOWN})?\b"
        rf"|\b(?:(?:completely|totally|very|so|quite|really)\s)?different\s(?:to|from|than)\s(?:what\s|how\s|it\s|"
        rf"they\s|was\s|is\s|on\s|in\s){{0,3}}{_SHOWN}\b"
        rf"|\b(?:does|do|did)(?:n['’]?t| not)\s(?:look|match)(?: anything)?(?: like)?\s(?:it\s|on\s|in\s|what\s|was\s|"
        rf"is\s){{0,3}}{_SHOWN}\b"
        r"|\b(?:description|photos?|pictures?|website|listing|advert)\s(?:is|are|was|were)\s(?:very\s|so\s|totally\s|"
        r"really\s|just\s|"
        r"completely\s)?(?:misleading|wrong|inaccurate|incorrect|false|a lie)\b|\bmisleading\b"
        rf"|\b(?:heavier|lighter|thinner|thicker|darker|brighter|shorter|worse)\sthan\s(?:it\s|what\s|is\s|was\s|"
        rf"on\s){{0,3}}(?:it says|{_SHOWN})\b"
        rf"|\bnot (?:quite )?the same (?:\w{{1,12}} )?as (?:in |on )?{_SHOWN}\b"
        r"|\bnot what (?:i|we) (?:was |were )?expect(?:ed|ing)\b|\bnot what (?:it|the \w+) (?:says?|said|showed|"
        r"promised)\b",
    ),
    reason(
        "changed_mind",
        "mind heart",
        r"\bchang(?:ed|e|ing)\s(?:my|our|his|her|their|me|your)\s(?:mind|heart)s?\b|\bhad a (?:rethink|change of \w+)"
        r"\b",
    ),
    reason(
        "changed_mind",
        "want need like fancy longer decided keen require rethink",
        r"\b(?:do|does|did)(?:n['’]?t| not)\s(?:really\s|actually\s|even\s|particularly\s|much\s)?(?:want|need|like|"
        r"fancy|love)\s"
        r"(?:it|them|these|those|this|that|one)\b(?!\s(?:to|if|when|delivered|before|by|until|in|on|shipped|today|"
        r"sent|yet|urgently))"
        r"(?:\s(?:any\s?more|now|after all))?"
        r"|\bno longer\s(?:\w+\s)?(?:want|need|require|wish|fancy)(?:ed|s|d)?(?:\s(?:it|them|this|these))?\b"
        r"|\bdecided\s(?:against (?:it|them|this|keeping \w+)|not to keep (?:it|them)|(?:i|we) (?:don['’]?t|do not) "
        r"(?:want|need|like) (?:it|them))\b"
        r"|\bnot (?:really |that |very )?keen on (?:it|them|the \w+)\b",
    ),
    reason(
        "changed_mind",
        "mistake accident error mean meant twice",
        r"\b(?:ordered|bought|purchased)\s(?:it\s|them\s|this\s|these\s|that\s|two\s|both\s|one\s)?"
        r"(?:by (?:mistake|accident)|in error|accidentally)\b|\b(?:accidentally|mistakenly)\s(?:ordered|bought|"
        r"purchased)\b"
        r"|\b(?:did(?:n['’]?t| not) mean|never meant)\sto\s(?:order|buy|get|press|click)(?:\s(?:it|them|this|two|both|"
        r"that))?\b"
        r"|\b(?:i|we|ive|i['’]ve)\s(?:ordered|bought|pressed|clicked|put|added|chose|picked|selected)\s[^.!?]{1,40}\s"
        r"(?P<it>by (?:mistake|accident)|in error)\b"
        r"|^\W{0,3}(?:it was |was |just )?(?P<it2>by (?:mistake|accident)|in error)\b",
    ),
    reason(
        "changed_mind",
        "found cheaper suit style unwanted impulse gone went regret surplus",
        r"\b(?:found|got|bought|seen)\s(?:it|one|them|something|another|the same(?: \w+)?)\s(?:\w+\s)?(?:cheaper|"
        r"better|elsewhere)(?:\selsewhere)?\b"
        r"|\b(?:do|does|did)(?:n['’]?t| not)\s(?:really\s)?suit(?:\s(?:me|him|her|us|them))?\b|\bnot (?:really )?my "
        r"(?:style|thing|taste|colour|cup of tea)\b"
        r"|\b(?:gone|went|going) (?:right |completely |totally |a bit )?off (?:it|them|the (?:idea|colour|look))\b|"
        r"\bunwanted (?:gift|present)\b|\bimpulse (?:buy|purchase)\b"
        r"|\bregret(?:ting|ted)? (?:buying|it|ordering|my)\b",
    ),
    reason(
        "arrived_late",
        "late after",
        rf"\b{_COME}\s(?:{_SPAN}\s){{0,5}}late\b(?!\s(?:last|yesterday|at night|in the|on|afternoon|evening|morning))"
        rf"|\b{_COME}\s(?:{_SPAN}\s){{0,3}}(?:too late|after {_GONE})\b|\btoo late for\s(?:(?:my|our|the|his|her|"
        rf"their)\s)?{_EVENT}\b",
    ),
    reason(
        "arrived_late",
        "missed time took",
        rf"\bmissed\s(?:my|our|the|his|her|their)\s(?:\w+['’]s\s|\w+s\s)?{_EVENT}\b"
        r"|\b(?:did(?:n['’]?t| not)|never)\s(?:arrive|come|get here|turn up|make it|reach me)\s(?:in|on) time\b|"
        r"\bnot\s(?:here\s)?in time\b"
        rf"|\btook\s(?:(?:over|more than|nearly|almost|about|an?|like|{IN_WORDS}|\d{{1,3}}|couple|few|of|way|"
        r"far|absolutely)"
        rf"\s){{0,4}}"
        r"(?:weeks|months|ages|forever|an age|too long|so long)(?:\sto\s(?:arrive|come|get here|turn up|be delivered|"
        r"reach me))?\b(?!\sto\b)",
    ),
)
