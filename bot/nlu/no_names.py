"""Words that are no part of a name though they stand where one could. Used by `persons`."""

from __future__ import annotations

import re
from typing import Final

_NO_NAMES_LINES: Final = (
    # What follows "i'm", "this is", "it's".
    "a an the i im me my mine you your he she it its we us our they them their his her this that these those not no "
    "yes so very too really quite still just only also again here there now then ok okay fine good great bad sad mad "
    "glad happy unhappy sorry sure unsure lost stuck done back away off on in at to of for from by with about after "
    "before until since and or but if as than because when while where what who how why which is are was were be been "
    "am do does did don't doesn't didn't can can't cannot could would should will won't shall may might must have has "
    "had get got going gonna having being trying looking waiting wondering asking calling writing ringing contacting "
    "interested afraid tired fed sick ill angry annoyed furious fuming disappointed confused new old big small tall "
    "short long late early ready happening missing wrong right true false incorrect misspelt misspelled spelt spelled "
    "ridiculous awful terrible unacceptable outrageous disgusting appalling amazing brilliant lovely perfect nice "
    "urgent important regarding re concerning ref please pls plz thanks thank thx ta cheers hi hello hey dear sir "
    "love best kind warm regards wishes yours bye goodbye morning afternoon evening night today tomorrow yesterday "
    "madam guys folks mate everyone everybody anyone someone nobody "
    "all any some more most much many another other others next last first "
    "second one two three four five six seven eight nine ten both half once twice "
    # Days, months, feasts.
    "monday tuesday wednesday thursday friday saturday sunday january february march july september october november "
    "december mon tue tues wed thu thurs fri sat christmas xmas easter halloween "
    # What a shop's customers name.
    "order orders parcel package delivery number order's email e-mail mail phone address postcode account password "
    "website site shop store refund refunds return returns exchange item items product size colour color price card "
    "payment voucher code invoice receipt label customer service support team agent bot robot human person manager "
    "somebody help question problem issue complaint medium large broken damaged faulty black white grey "
    "gray silver blue navy teal green khaki red burgundy orange yellow mustard purple pink brown beige "
    # Where people are from and what they are.
    "irish british english scottish welsh french german spanish italian polish dutch danish swedish norwegian american "
    "canadian australian indian chinese japanese european pregnant vegan student pensioner based located living "
    "england scotland wales ireland britain uk usa us eu london dublin leeds manchester edinburgh glasgow cardiff "
    "belfast york bristol spain france germany italy europe "
    # Who carries and is paid.
    "dpd dhl ups fedex hermes evri royal mail yodel amazon ebay klarna paypal visa mastercard apple google facebook "
    "instagram whatsapp telegram covid god goodness heaven"
)
NO_NAMES: Final = frozenset(_NO_NAMES_LINES.split())

_NO_SURNAMES_LINES: Final = (
    "said says ordered bought wants wanted need needs want likes told sent lives works who whose's calls called asked "
    "whats what's whos ask asks thinks thought gets got gave wears wore loves loved hates hated x xx xxx lol haha btw "
    "cant wont isnt wasnt didnt doesnt hasnt havent about over under into onto out up down as per can cancel change "
    "check track send ring call text tell know see let make put give take come go"
)
NO_SURNAMES: Final = frozenset(_NO_SURNAMES_LINES.split())
# After "my brother" these are verbs rather than names.
VERBS: Final = frozenset({"will", "may", "hope", "drew", "chase", "grant", "mark", "van"})
# Surnames that are colours first of all: "Tom Green".
COLOURED: Final = frozenset({"black", "white", "green", "brown", "gray", "grey"})
# Shops, brands and mountains that are called like people.
NO_PEOPLE: Final = re.compile(
    r"\b(?:john lewis|peter storm|jack wolfskin|helly hansen|calvin klein|tommy hilfiger|jo malone|"
    r"ben (?:nevis|lomond|macdui|more|lawers|vrackie|hope|wyvis))\b",
    re.IGNORECASE,
)
