"""What shows that a number says how many: "x3", "only five turned up", "make it 4". Used by `quantities`."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.numbers import IN_WORDS

HINT: Final = re.compile(
    r"(?<![\w#£€$.,:/-])\d{1,3}(?!\d|[.:/-]\d|%)|\bx\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|\w{3,5}teen|\w{3,5}ty|dozen|couple|pair|both)\b"
)
"""Without any of this there is no quantity; most messages have none."""

_SET: Final = (
    rf"half (?:a )?dozen|(?:(?:a|\d{{1,2}}|{IN_WORDS}) )?dozen(?: of)?|(?:a )?couple(?: of)?|(?:a )?pair of|a pair"
)
_NOT_WITHIN: Final = r"(?<![\w#£€$.,:/-])"
_COUNT: Final = rf"{_NOT_WITHIN}(?P<count>{_SET}|\d{{1,3}}|{IN_WORDS})(?!\w)"
_SOME: Final = rf"(?:\d{{1,3}}|{IN_WORDS})"
_BETWEEN: Final = (
    r"(?:x|×|more|new|extra|other|different|spare|identical|additional|pairs? of|packs? of|sets? of|boxes of|units of|"
    r"(?:pcs|pieces)(?: of)?(?: the)?|of (?:the|those|these|your|my|our)|whole|units of the|left|right|"
    r"of each|each of the|faulty|broken|damaged|matching|replacement|lovely|nice|size|brand new|single|pack of)"
)
BEFORE_PIECE: Final = re.compile(rf"{_COUNT}\+?\s?(?:{_BETWEEN}\s){{0,2}}$")
"""Ends where something sold begins."""

LOOSELY_BEFORE: Final = re.compile(
    rf"(?!one\b|an?\b){_COUNT}\+?\s(?:(?!(?:in|on|at|of|to|for|with|from|by|and|or|but|as|my|your|our|his|her|their|"
    rf"the|an?|this|"
    r"that|these|those|is|are|was|were|it|i|we|you|they|days?|weeks?|months?|years?|hours?|minutes?|nights?|times?|"
    r"people|"
    r"persons?|man|men|kids?|children|seasons?|litres?|liters?|l|kg|cm|mm|m|metres?|miles?|km|inch|inches|feet|ft|"
    r"grams?|g|"
    r"pounds?|quid|euros?|p|percent|stars?|x|ago|old|out|off|questions?|orders?|parcels?|am|pm|oclock|layer|ply|piece|"
    r"separate|hikes?|trips?|uses|wears|washes|o['’]clock)\b)[a-z'’-]{2,14}\s){1,3}$"
)
"""Ends where several of something sold begin, with words between: "two brand new kettles"."""

IN: Final = re.compile(rf"{_COUNT}\s(?:of (?:them|those|these) )?in\s(?:a\s|the\s|size\s)?$")
"""Ends where a size or a colour begins: "nine in M"."""

_VERBS: Final = (
    r"pa(?:id|yed) for|charged (?:me |us )?for|billed (?:me |us )?for|asked for|order(?:ed|ing)?|like|want(?:ed)?|"
    r"need(?:ed)?|take|taking|get|getting|got|buy|buying|bought|have|had|received|recieved|sent?|keep(?:ing)?|kept|"
    r"return(?:ing|ed)?|add(?:ed)?|make (?:it|that)|there (?:was|were|are)|theres|there['’]s|exchange|cancel|arrived "
    r"with|"
    r"came with|contained|inst[ea]{1,2}d of|rather than|only|just|put|count(?:ed)?|send back|sending back|delivered|"
    r"how much (?:\w{1,14} ){0,3}?for|discount for|missing|short by|left with|"
    r"down to|was it|(?:bring|make|take|get) (?:the |my )?(?:total|order|count|number) (?:up )?to|"
    r"(?:meant|supposed|sposed) to be|"
    r"should (?:be|have been)|price (?:for|of)|cost of|"
    r"(?:double|change|increase|reduce|raise|lower|bump|cut|up|drop|amend) "
    r"(?:(?:the |my )?(?:quantity|qty|number|it|that|order) )?(?:up |down )?(?:from \w+ )?to|(?:quantity|qty) to"
)
_ADVERBS: Final = (
    r"(?:only|just|me|us|all|the|another|exactly|about|around|roughly|maybe|at least|at most|up to|over|nearly|either|"
    r"say|like|extra|in total|back|each|these|those|other|my|the first|both|a further|further)"
)
_FOLLOWS: Final = (
    r"(?=\s*$|\s?[,.!?;)](?!\d)|\s-|\s(?:but|and|instead|insted|out of|or|please|pls|plz|thanks|thx|ta|not|when|"
    r"although|"
    r"though|rather|for|at|of (?:them|those|these|each)|in the|left|now|today|already|so|lol|haha|because|cos|since|if|"
    r"yet|then|who|that|by|as|to|on|from|with|came|turned|in total|altogether|again|back|each|extra|spare|too many|"
    r"short|missing|more(?=\s*(?:$|[,.!?)]|please|pls|of|if|then|to|for|and\b)))\b(?! (?:\w+ )?(?:minutes?|hours?|"
    r"days?)))"
)
ALONE: Final = re.compile(
    rf"\b(?:{_VERBS})\s(?:{_ADVERBS}\s){{0,2}}{_COUNT}(?<!\san)(?!\so['’]?clock)(?!\sof (?:us|you)){_FOLLOWS}"
)
"""A number on its own after a verb: "I ordered three, got two". For "one" see `ONE_IS_COUNTED`."""

BESIDE_ANOTHER: Final = re.compile(
    rf"\b(?:not|was|were|is|its|it['’]s|and|or|from|to|plus|then|but|now|only)\s(?:the\s)?{_COUNT}(?<!\san)"
    rf"(?!\sof\b){_FOLLOWS}"
)
"""What counts only in a message that counts something else: "I paid for three, not two"."""

_COMES: Final = (
    r"(?:turned up|came|arrived|showed up|are|were|was|is|have|has|had|never|did|didn['’]?t|don['’]?t|aren['’]?t|"
    r"weren['’]?t|haven['’]?t|still|leak|work|broke|fell|missing|of (?:them|those|these))"
)
SUBJECT: Final = re.compile(
    r"(?:^|[,.;:!?(-]\s?|\b(?:and|but|only|just|all|the other|with|as|because|cos|though|so)\s)"
    rf"{_COUNT}(?!\sof (?:us|you|the))(?!(?<=one)\sof)(?=\s{_COMES}\b)"
)
"""A number that something is said of: "only five turned up", "2 came yesterday"."""

ONE_IS_COUNTED: Final = re.compile(
    r"\b(?:only|each|rather|inst[ea]{1,2}d of|rather than)\s(?:\w{1,14}\s){0,3}$|\bjust\s(?:the\s)?$|\b(?:only|just)"
    r"\s(?:\w{1,14}\s){0,2}the\s$"
)
"""Ends before a "one" that is a number and not a pronoun: "I only wanted one", "just the one"."""

_TALK: Final = (
    r"(?:kids?|children|lads|girls|boys|team|group|people|guys|days?|times?|weeks?|questions?|main|best|most|few)"
)
PART: Final = re.compile(
    r"(?P<act>\b(?:cancel|return|exchange|swap|keep|send back|refund|replace|remove|want|need|only)\s)?"
    rf"{_COUNT}\sof\s(?:the|my|our|your|these|those|them)\b(?!\s(?:{_SOME}\s)?{_TALK}\b)"
)
_NO_GOODS: Final = (
    r"(?:day|week|hour|minute|month|year|night|second|time|people|person|adult|kid|child|question|thing|email|message|"
    r"call|"
    r"text|reason|option|point|pound|quid|metre|mile|inche|cm|photo|picture|screenshot|parcel|order|deliverie|size|"
    r"step|"
    r"star|percent|way|side|place|part|address|addresse|account|card|try|trie|attempt|reminder|letter|answer|working|"
    r"busines|different (?:thing|address|size|question))"
)
BOUGHT: Final = re.compile(
    r"\b(?:order(?:ed)?|buy|bought|send|sent|add|want|need|get|purchased?|return(?:ing)?|exchange|cancel)\s"
    rf"(?:{_ADVERBS}\s){{0,2}}(?!one\b|an?\b){_COUNT}\s(?!{_NO_GOODS}s?\b)(?:[a-z]{{3,12}}\s)?(?!{_NO_GOODS}s?\b)"
    r"[a-z]{2,12}s\b(?<!\b(?:is|as|us))"
)
"""A number of something we have no name for: "send two spare pegs"."""

WHOLE_MESSAGE: Final = re.compile(
    r"^\W{0,3}(?:(?:just|only|make it|erm?|umm?|yes|yeah|ok|no|maybe|say|all|the)[\s,]{1,3}){0,2}"
    rf"{_COUNT}\s?(?:,?\s?(?:please|pls|plz|thanks|thx|ta|cheers|thank you|of them|more|will do|should do|in total)"
    r"){1,3}[\s.!]*$"
)
NUMBER_ONE: Final = re.compile(
    r"(?:^|[,.;:(&+\n-]\s?|\b(?:and|or|but|plus|with|get|got|have|had|want|wanted|need|needed|orders?|ordered|buy|"
    r"bought|"
    r"sends?|sent|add|remove|replace|refund|swap|try|use|like|take|return|cancel|exchange|received|recieved|only|just|for|of|to|is|was|are|were|there|"
    r"theres|there['’]s|keep|back|please|pls|me|us|box|contained|missing|another|we['’]re|i['’]m|im)\s)$"
)
"""Ends before a "one" that counts what follows; in "the navy one in XL" it doesn't."""

PLAIN: Final = re.compile(
    r"(?<!\bwe )(?<!\byou )(?<!\bus )(?<!\bwe are )(?<!\bwe're )(?<!\byou are )"
    r"\b(?P<both>both)\b(?!\s(?:ways|sides|times|ends|feet|hands|legs|arms|days|of (?:us|you)|"
    r"my (?:feet|hands|legs|knees|parents|kids)))"
    r"|(?<!\w)(?P<times>x\d{1,3})(?!\w|-)|(?<!\w)x\s(?P<spaced>\d{1,3})\b(?!\s?(?:x|cm|mm|m|metres?|inch(?:es)?)\b)"
    r"|(?<![\w.,£€$#/-])(?P<fold>\d{1,2}[x×])(?!\w|\s?\d+\s?(?:x|cm|mm|m)\b|\s(?:the|as|more|better|bigger|smaller|"
    r"stronger|longer|faster|heavier|lighter|zoom)\b)"
    r"|(?<![\w.,£€$#/-])(?P<spread>\d{1,2})\s[x×](?=\s)(?!\s\d+\s?(?:x|cm|mm|m)\b|\s(?:the|as|more|bigger|smaller)\b)"
    r"|\b(?:qty|quantity)(?:\sof)?\s?[:=]?\s?(?:is\s)?(?P<quantity>\d{1,3}|two|three|four|five|six|seven|eight|nine|"
    r"ten|twelve|one)\b"
    rf"|(?!one\sof\b){_COUNT.replace('count', 'items')}(?=\s(?:items?|pieces|pcs|units|of (?:them|those|these|each)|"
    rf"pairs|each)\b)"
)
