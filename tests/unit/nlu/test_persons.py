from __future__ import annotations

import pytest

from tests.unit.nlu.values import FINDER, NOW, values, words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is gareth pugh", "Gareth Pugh"),
        ("my names kirsty mcleod", "Kirsty McLeod"),
        ("fh 9918, name is xanthe", "Xanthe"),
        ("I'm Ana Lopez", "Ana Lopez"),
        ("hi im natasha", "Natasha"),
        ("this is tom", "Tom"),
        ("hello this is Oluwaseun Adeyemi", "Oluwaseun Adeyemi"),
        ("its ben whitaker again, any news", "Ben Whitaker"),
        ("Regards, Mark", "Mark"),
        ("see you soon - jo", "Jo"),
        ("many thanks\nSue Obi", "Sue Obi"),
        ("it's for my sister Priya", "Priya"),
        ("spoke to your colleague, she was called Beth", "Beth"),
        ("ask for Jürgen", "Jürgen"),
        ("order under Declan O'Rourke", "Declan O'Rourke"),
        ("its peter@example.com, Peter van Dijk", "Peter van Dijk"),
        ("Will's birthday is soon", "Will"),
        ("please ask if Grace can ring", "Grace"),
        ("i'm olive and i want a refund", "Olive"),
        ("my name is MARY-ANN O'NEIL", "Mary-Ann O'Neil"),
        ("order for sarah jones", "Sarah Jones"),
        ("is dave there", "Dave"),
        ("Hi, Tomás here", "Tomás"),
        ("Yours sincerely, P. Novak", "P. Novak"),
        ("it was left with Mr Green next door", "Green"),
        ("im sarah-jane", "Sarah-Jane"),
        ("recipient: Kwabena Mensah", "Kwabena Mensah"),
        ("morning, sanjay patel here", "Sanjay Patel"),
        ("hello this is Mrs Delacroix speaking", "Delacroix"),
        ("deliver to Mr and Mrs Lindqvist", "Lindqvist"),
        ("its for mr dhillon", "Dhillon"),
        ("the parcel is for Wei Zhang, not me", "Wei Zhang"),
        ("who is P. Hughes", "P. Hughes"),
        ("Mette Sørensen, 14 Harbour Road, Oban PA34 4AB", "Mette Sørensen"),
        ("first name Ngozi", "Ngozi"),
        ("my partner's name is Aleksandr", "Aleksandr"),
        ("my wife joy ordered it", "Joy"),
        ("ask for oluchi", "Oluchi"),
        ("im grace btw", "Grace"),
        ("Grace never got it", "Grace"),
        ("this order is Gwenllian's", "Gwenllian"),
        ("can you tell Keisha", "Keisha"),
        ("regards, wojtek", "Wojtek"),
        ("my name is sarah green", "Sarah Green"),
        ("order for Tom Brown please", "Tom Brown"),
        ("Aoife Daly, 22 Main Street, Kinsale P17 A3H7", "Aoife Daly"),
    ],
)
def test_a_person_is_found_and_written_in_capitals(text: str, name: str) -> None:
    assert values(text, "person") == [name]


def test_the_genitive_is_no_part_of_a_name() -> None:
    assert words("Will's birthday", "person") == ["Will"]


def test_two_people_stay_two() -> None:
    assert values("put Hannah Fox on the label not Hannah Box", "person") == ["Hannah Fox", "Hannah Box"]


@pytest.mark.parametrize(
    "text",
    [
        "kind regards",
        "i'm fine thanks",
        "I'm Irish",
        "im lost",
        "this is ridiculous",
        "it's Monday",
        "IT'S BROKEN AND I WANT MY MONEY BACK",
        "will you tell me when it's back",
        "may I ask something",
        "mark my words",
        "thanks a lot",
        "is it sunny in Leeds",
        "I'm wondering about my order",
        "my name is spelt wrong",
        "my name is not on the list",
        "This Is A Joke",
        "can I pay with Klarna",
        "do you ship to jersey",
        "I'm at home",
        "Thanks, bye",
        "FH-1042 I'm waiting",
        "my brother will collect it",
        "my mum may call",
        "the dog is called rex",
        "ask for help",
        "in size M. Please",
        "by Next Day Delivery",
        "Will never buy again",
        "thank God",
        "thanks, byee",
        "I bought it from John Lewis",
    ],
)
def test_no_person_is_made_up(text: str) -> None:
    assert values(text, "person") == []


def test_a_product_or_a_street_named_like_a_person_is_none() -> None:
    assert values("the Hazel Hat in white", "person") == []
    assert values("5 St John's Road, Bath BA1 1AA", "person") == []


def test_a_colour_named_like_a_person_stays_a_colour() -> None:
    found = FINDER.find("i'm olive and i want the olive one", NOW)

    assert [(piece.entity, piece.start) for piece in found] == [("person", 4), ("colour", 25)]
