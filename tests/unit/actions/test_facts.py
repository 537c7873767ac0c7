"""Talking about what is known of the customer."""

from __future__ import annotations

import pytest

from actions.known import KINDS
from tests.unit.actions.conftest import ANA, BEN, Stage


async def test_what_was_told_is_noted_shortly_and_exactly(talker: Stage) -> None:
    told = {"shoe_size": "44", "carrier": "DHL"}
    said = await talker(ANA).say("I'm a 44 in boots, and use DHL", "tell_fact", facts=told)

    assert said.text == "Noted: shoes in size 44; DHL where possible."


async def test_what_is_known_is_listed_with_who_is_logged_in(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44")
    ana.knows("allergy:wool", "wool")
    said = await ana.say("what do you know about me", "ask_known")

    assert said.text.splitlines() == [
        "You’re logged in as Ana Novak, ana.novak@example.com, so I can see your orders.",
        "This is what you’ve told me:",
        "- Allergy: wool",
        "- Shoe size: 44",
        "If something is wrong, or should be forgotten, just say so.",
    ]


async def test_only_what_was_asked_for_is_told(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44")
    ana.knows("allergy:wool", "wool")

    assert (await ana.say("do you remember my allergies?", "ask_known")).text == "Allergy: wool"


async def test_a_stranger_who_told_nothing_is_told_so(talker: Stage) -> None:
    said = await talker().say("what do you know about me", "ask_known")

    assert said.text == "You haven’t told me anything about yourself yet that I’d keep."


async def test_the_source_is_the_message_its_day_and_its_channel(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44", said="I'm a size 44 in boots", channel="telegram")
    ana.knows("carrier", "DHL")
    said = await ana.say("where did you get my shoe size from", "ask_source")

    assert said.text == (
        "Shoe size: 44. That’s what you told me on Friday 14 March 2025 in Telegram: “I'm a size 44 in boots”"
    )


@pytest.mark.parametrize("words", ["how do you know my name", "where did you get my e-mail from"])
async def test_who_they_are_comes_from_the_shop_unless_they_said_it_themselves(talker: Stage, words: str) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44")
    assert (await ana.say(words, "ask_source")).text == (
        "Your name, your e-mail address and your orders the shop tells me, since you’re logged in there."
    )

    ana.knows("name", "Annie")
    ana.knows("email", "annie@example.com")
    assert "That’s what you told me" in (await ana.say(words, "ask_source")).text


async def test_where_did_you_get_that_is_about_what_was_told_last(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44")
    ana.knows("allergy:wool", "wool")
    await ana.say("do you remember my allergies?", "ask_known")

    assert (await ana.say("where did you get that", "ask_source")).text.startswith("Allergy: wool.")


@pytest.mark.parametrize(
    ("words", "key", "answer", "value"),
    [
        ("I've moved house", "delivery_address", {"text": "2 Elm Row", "address": "2 Elm Row"}, "2 Elm Row"),
        ("the number is old", "phone", {"text": "07700 900123", "phone": "07700 900123"}, "07700 900123"),
        ("my size is wrong", "shoe_size", {"text": "it's 43"}, "43"),
        ("the carrier is wrong", "carrier", {"text": "it's Royal Mail"}, "Royal Mail"),
        ("where you leave them is wrong", "delivery_place", {"text": "in the shed"}, "in the shed"),
    ],
)
async def test_what_is_wrong_is_put_right_with_one_question(
    talker: Stage, words: str, key: str, answer: dict[str, str], value: str
) -> None:
    ana = talker(ANA)
    ana.knows(key, "as it was")
    assert (await ana.say(words, "correct_fact")).text == f"Thanks for telling me. {KINDS[key].ask}"

    said = await ana.say(**answer)
    assert said.text.startswith("Noted:")
    assert said.command("learn_fact") == {"command": "learn_fact", "key": key, "value": value, "confidence": 1.0}


async def test_of_what_has_several_values_the_wrong_one_ends(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("allergy:wool", "wool")
    await ana.say("my allergy is wrong", "correct_fact")
    said = await ana.say("it's latex")

    learnt, ended = said.command("learn_fact"), said.command("end_fact")
    assert learnt is not None
    assert ended is not None
    assert (learnt["key"], ended["key"]) == ("allergy:latex", "allergy:wool")


@pytest.mark.parametrize(
    ("key", "words", "learnt"),
    [
        ("allergy:latex", "that's wrong, it's wool", ("allergy:wool", "wool")),
        ("shoe_size", "that's not right, it's 43", ("shoe_size", "43")),
        ("carrier", "no, that's old. Royal Mail", ("carrier", "Royal Mail")),
    ],
)
async def test_what_was_just_told_is_put_right_in_one_message(
    talker: Stage, key: str, words: str, learnt: tuple[str, str]
) -> None:
    ana = talker(ANA)
    ana.knows(key, "as it was")
    await ana.say("what do you know about me", "ask_known")
    command = (await ana.say(words, "nlu_fallback")).command("learn_fact")
    assert command is not None
    assert (command["key"], command["value"]) == learnt


async def test_in_the_middle_of_a_task_what_is_wrong_is_not_asked_for_beside_its_question(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44")
    await ana.say("send the tent back", "return_item", product="tent")
    said = await ana.say("my shoe size is wrong", "correct_fact")
    assert said.texts[0] == "Thanks for telling me. Just say how it is, and I’ll note that."
    assert said.text.count("?") == 1


async def test_a_wish_that_is_wrong_is_asked_for_and_read_as_a_wish(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("quiet_hours", "21:00-08:00 Europe/London")
    assert (
        "Between which hours should I keep quiet?" in (await ana.say("the quiet hours are wrong", "correct_fact")).text
    )

    said = await ana.say("10pm to 7am")
    learnt = said.command("learn_fact")
    assert learnt is not None
    assert (learnt["key"], learnt["value"]) == ("quiet_hours", "22:00-07:00")


async def test_of_several_facts_it_is_asked_which_is_wrong(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("shoe_size", "44")
    ana.knows("carrier", "DHL")

    said = await ana.say("that's out of date", "correct_fact")
    assert "preferred carrier or shoe size" in said.text


async def test_a_nickname_belongs_to_the_order_spoken_of(talker: Stage) -> None:
    ben = talker(BEN)
    await ben.say("where is 1050", "order_status", order_number="1050")
    said = await ben.say("call it Mum's gift", "tell_fact", facts={"nickname": "Mum's gift"}, about="it")

    assert "order 1050 is “Mum's gift” between us" in said.text
    learnt = said.command("learn_fact")
    assert learnt is not None
    assert (learnt["key"], learnt["value"]) == ("nickname:mum's gift", "Mum's gift: order 1050")


async def test_somebody_else_s_order_gets_no_nickname(talker: Stage) -> None:
    told = {"nickname": "mine"}
    said = await talker(ANA).say(
        "call order 1050 mine", "tell_fact", facts=told, about="order 1050", order_number="1050"
    )

    assert "I don’t know for which order" in said.text
    assert said.command("learn_fact") is None


@pytest.mark.parametrize("about", ["tent", "ridge-2-tent"])
async def test_a_thing_gets_a_nickname_without_having_been_spoken_of(talker: Stage, about: str) -> None:
    said = await talker(ANA).say("call the tent Bertha", "tell_fact", facts={"nickname": "Bertha"}, about=about)

    assert said.text == "Noted: the Ridge 2 Tent is “Bertha” between us."
    learnt = said.command("learn_fact")
    assert learnt is not None
    assert learnt["value"] == "Bertha: Ridge 2 Tent, order 1031"


async def test_it_is_the_thing_that_is_being_sent_back(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("send the mat back", "return_item", product="mat")
    said = await ana.say("call it Slab", "tell_fact", facts={"nickname": "Slab"}, about="it")

    assert "the Tarn Sleeping Mat is “Slab” between us" in said.texts[0]


@pytest.mark.parametrize("about", ["stove", "jacket"])
async def test_what_was_not_bought_gets_no_nickname(talker: Stage, about: str) -> None:
    ana = talker(ANA)
    await ana.say("where is 1042", "order_status", order_number="1042")
    said = await ana.say(f"call my {about} Bob", "tell_fact", facts={"nickname": "Bob"}, about=about)

    assert "I don’t know for which order or thing" in said.text
    assert said.command("learn_fact") is None


async def test_of_a_thing_bought_twice_the_latest_is_meant(talker: Stage) -> None:
    ana = talker({"shop_customer_id": "c-107"})
    said = await ana.say("call my stove Etna", "tell_fact", facts={"nickname": "Etna"}, about="stove")
    learnt = said.command("learn_fact")
    assert learnt is not None
    assert learnt["value"] == "Etna: Ember Gas Stove, order 1026"


async def test_a_customer_is_greeted_as_they_asked_to_be_called(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("name", "Annie")

    assert (await ana.say("hi", "greet")).text.startswith("Hello Annie.")


async def test_who_says_hello_with_a_name_is_greeted_by_it_at_once(talker: Stage) -> None:
    said = await talker(ANA).say("hello, I'm Petra Marsh", "tell_fact", facts={"name": "Petra Marsh"})

    assert said.text == "Hello Petra. What can I do for you?"


async def test_a_name_put_right_is_the_one_from_then_on(talker: Stage) -> None:
    ana = talker(ANA)
    assert (
        await ana.say("it's Anna, not Ana", "tell_fact", facts={"name": "Anna"})
    ).text == "Noted: I’ll call you Anna."

    ana.knows("name", "Anna")
    assert (await ana.say("hi", "greet")).text.startswith("Hello Anna.")


async def test_who_gives_a_title_is_addressed_with_it(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("name", "Mrs Novak")

    assert (await ana.say("hi", "greet")).text.startswith("Hello Mrs Novak.")


async def test_who_does_not_want_to_be_greeted_by_name_is_not_whatever_name_they_give(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("greeting", "without name")
    said = await ana.say("hello, I'm Petra", "tell_fact", facts={"name": "Petra"})
    assert said.text == "Noted: your name is Petra; I still won’t greet you by it."

    ana.knows("name", "Petra")
    assert "Petra" not in (await ana.say("hi", "greet")).text


async def test_who_is_not_to_be_called_so_any_more_is_asked_how_instead(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("name", "Annie")
    said = await ana.say("don't call me Annie any more", "tell_fact", ended={"name": "Annie"})
    assert said.text == "All right, not Annie any more. What may I call you?"

    said = await ana.say("Ana", person="Ana")
    assert said.command("learn_fact") == {"command": "learn_fact", "key": "name", "value": "Ana", "confidence": 1.0}


async def test_a_name_changes_how_a_customer_is_addressed_and_nothing_else(talker: Stage) -> None:
    stranger = talker()
    await stranger.say("I'm Ana Novak", "tell_fact", facts={"name": "Ana Novak"})
    stranger.knows("name", "Ana Novak")

    assert (await stranger.say("hi", "greet")).text.startswith("Hello Ana.")
    assert "1042" not in (await stranger.say("where is my order", "order_status")).text


async def test_wishes_are_told_in_words_and_those_taken_back_not_at_all(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("quiet_hours", "21:00-08:00 Europe/London")
    ana.knows("not_about", "any")
    said = await ana.say("what do you know about me", "ask_known")

    assert "- Quiet hours: 21:00 to 08:00, London time" in said.text
    assert "any" not in said.text


async def test_who_has_moved_is_asked_whether_an_order_on_its_way_there_shall_follow(talker: Stage) -> None:
    dario = talker({"shop_customer_id": "c-104"})
    said = await dario.say("I moved to 2 Elm Row", "tell_fact", facts={"delivery_address": "2 Elm Row"})
    assert said.texts[0] == "Noted: your address is 2 Elm Row."
    assert said.texts[1] == (
        "Order 1060 would still go to Via dei Tigli 9, 40137 Bologna, Italy. Shall I send it to the new one?"
    )

    assert (await dario.say("yes please", "affirm")).text == "Done, order 1060 will go to 2 Elm Row."
    assert dario.shop._orders["1060"].address == "2 Elm Row"


async def test_of_several_orders_that_would_go_to_the_old_address_one_is_picked(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("I moved to 2 Elm Row", "tell_fact", facts={"delivery_address": "2 Elm Row"})
    assert "Orders 1051 and 1050 would still go to the address before" in said.text

    ben.knows("delivery_address", "2 Elm Row")
    assert "Same address as last time, 2 Elm Row?" in (await ben.press("1050")).text


async def test_a_no_leaves_the_order_where_it_goes(talker: Stage) -> None:
    dario = talker({"shop_customer_id": "c-104"})
    await dario.say("I moved to 2 Elm Row", "tell_fact", facts={"delivery_address": "2 Elm Row"})
    await dario.say("no", "deny")

    assert dario.shop._orders["1060"].address.startswith("Via dei Tigli")


async def test_the_address_of_last_time_is_confirmed_in_one_line(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("delivery_address", "12 Mill Lane, York YO1 7PR")
    said = await ben.say("send 1050 somewhere else", "change_address", order_number="1050")
    assert "Same address as last time, 12 Mill Lane, York YO1 7PR?" in said.text

    await ben.press("Yes, send it there")
    assert ben.shop._orders["1050"].address == "12 Mill Lane, York YO1 7PR"


async def test_a_no_to_the_address_of_last_time_is_not_followed_by_the_same_again(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("delivery_address", "12 Mill Lane, York YO1 7PR")
    await ben.say("send 1050 somewhere else", "change_address", order_number="1050")

    said = await ben.press("No, another address")
    assert "What is the new address" in said.text
    assert "Mill Lane" not in said.text


async def test_an_address_that_the_order_has_already_is_not_offered(talker: Stage) -> None:
    ben = talker(BEN)
    ben.knows("delivery_address", "4 Weavers Yard, Leeds LS6 2QD")

    said = await ben.say("send 1050 somewhere else", "change_address", order_number="1050")
    assert "What is the new address" in said.text
