"""Where is my order."""

from __future__ import annotations

import pytest

from tests.unit.actions.conftest import ANA, BEN, CLARA, Stage


async def test_an_identified_customer_with_one_open_order_is_answered_without_a_question(talker: Stage) -> None:
    said = await talker(ANA).say("where is my order?", "order_status")
    assert len(said.texts) == 1
    assert "Order 1042" in said.text
    assert "on its way with Royal Mail" in said.text
    assert (said.opened["topic"], said.opened["title"]) == ("order_status", "Where is order 1042")
    assert list(said.closed.values()) == ["solved_assumed"]


async def test_what_is_in_the_order_is_shown_beneath_the_answer(talker: Stage) -> None:
    said = await talker(ANA).say("where is my order?", "order_status")
    assert said.cards == [
        {
            "title": "Scree Walking Boots",
            "price": "£169.00",
            "picture": "/demo/pictures/scree-boots.svg",
            "link": "/#scree-boots",
        },
        {"title": "Hazel Hiking Socks", "price": "£14.00", "picture": "/demo/pictures/hazel-socks.svg"},
    ]
    assert all(card["title"] in said.text for card in said.cards)


async def test_an_order_of_which_the_shop_has_no_picture_is_told_in_words_alone(talker: Stage) -> None:
    said = await talker(BEN).say("where is 1051", "order_status", order_number="1051")
    assert "Order 1051" in said.text
    assert said.cards == []


async def test_several_open_orders_are_a_choice_and_the_button_answers_it(talker: Stage) -> None:
    ben = talker(BEN)
    said = await ben.say("where is my order?", "order_status")
    assert [title[:4] for title in said.titles] == ["1051", "1050", "1047"]
    assert "Order 1047" in (await ben.press("1047")).text


@pytest.mark.parametrize(
    ("words", "entities", "number"),
    [
        ("1050", {"order_number": "1050"}, "1050"),
        ("the one with the trail shoes", {}, "1047"),
        ("the newest one", {}, "1051"),
        ("the second one", {}, "1050"),
        ("the oldest", {}, "1047"),
        ("the stoev one", {}, "1050"),
    ],
)
async def test_the_choice_may_be_made_in_words(
    talker: Stage, words: str, entities: dict[str, str], number: str
) -> None:
    ben = talker(BEN)
    await ben.say("where is my order?", "order_status")
    assert f"Order {number}" in (await ben.say(words, "inform", **entities)).text


async def test_a_number_in_the_question_is_answered_at_once(talker: Stage) -> None:
    said = await talker(BEN).say("where is 1023", "order_status", order_number="1023")
    assert "Order 1023" in said.text
    assert "was delivered" in said.text


async def test_naming_what_is_in_an_order_is_naming_the_order(talker: Stage) -> None:
    assert "Order 1051" in (await talker(BEN).say("when does my sleeping bag come", "order_status")).text


async def test_somebody_elses_order_sounds_like_one_that_does_not_exist(talker: Stage) -> None:
    foreign = await talker(ANA).say("where is 1043", "order_status", order_number="1043")
    unknown = await talker(ANA).say("where is 1999", "order_status", order_number="1999")
    assert foreign.text.replace("1043", "N") == unknown.text.replace("1999", "N")
    assert "can’t find" in foreign.text


async def test_with_nothing_on_its_way_the_last_delivered_order_is_told(talker: Stage) -> None:
    said = await talker(CLARA).say("where is my order", "order_status")
    assert "no order on its way" in said.text
    assert "Order 1010" in said.text
    assert "was delivered" in said.text


async def test_a_stranger_is_asked_for_number_then_email_and_told_when_they_match(talker: Stage) -> None:
    stranger = talker()
    assert "order number" in (await stranger.say("where is my order", "order_status")).text
    assert "e-mail" in (await stranger.say("it's 1042", "inform", order_number="1042")).text
    said = await stranger.say("ana.novak@example.com", "inform", email="ana.novak@example.com")
    assert "Order 1042" in said.text
    assert list(said.closed.values()) == ["solved_assumed"]
    assert await stranger.form() is None
    assert await stranger.slots() == {"proved_order": {"1042": "ana.novak@example.com"}, "spoken_order": "1042"}


async def test_what_a_stranger_already_gave_is_not_asked_again(talker: Stage) -> None:
    said = await talker().say(
        "where is 1042? ordered with ana.novak@example.com",
        "order_status",
        order_number="1042",
        email="ana.novak@example.com",
    )
    assert "Order 1042" in said.text
    stranger = talker()
    said = await stranger.say("where is 1042", "order_status", order_number="1042")
    assert "e-mail" in said.text


async def test_a_name_that_is_only_claimed_shows_nothing_of_whose_it_is(talker: Stage) -> None:
    stranger = talker()
    stranger.knows("name", "Ana Novak", said="I'm Ana Novak")
    stranger.knows("email", "ana.novak@example.com", said="it's ana.novak@example.com")
    said = await stranger.say("I'm Ana, where is my order?", "order_status")
    assert "1042" not in said.text
    assert "order number" in said.text
    foreign = await stranger.say("1043", "inform", order_number="1043")
    assert "1042" not in foreign.text


async def test_who_writes_a_mail_is_not_asked_for_the_address_it_came_from(talker: Stage) -> None:
    ana = talker({"channel": "email", "customer_email": "ana.novak@example.com"})
    assert "1042" in (await ana.say("where is 1042", "order_status", order_number="1042")).text
    other = talker({"channel": "email", "customer_email": "ben@example.org"})
    said = await other.say("where is 1042", "order_status", order_number="1042")
    assert "which e-mail address" in said.text
    elsewhere = talker({"channel": "telegram", "customer_email": "ana.novak@example.com"})
    assert "which e-mail address" in (await elsewhere.say("where is 1042", "order_status", order_number="1042")).text


async def test_an_email_first_is_fine_too(talker: Stage) -> None:
    stranger = talker()
    await stranger.say("where is my order", "order_status")
    said = await stranger.say("I'm ana.novak@example.com", "inform", email="ana.novak@example.com")
    assert "order number" in said.text
    assert "didn’t get" not in said.text
    assert "Order 1042" in (await stranger.say("1042", "inform", order_number="1042")).text


async def test_a_mismatch_does_not_tell_which_was_wrong_and_a_correction_of_either_is_enough(talker: Stage) -> None:
    wrong_mail, wrong_number = talker(), talker()
    first = await wrong_mail.say("where is 1042, a@b.example", "order_status", order_number="1042", email="a@b.example")
    second = await wrong_number.say(
        "where is 1999, ana.novak@example.com", "order_status", order_number="1999", email="ana.novak@example.com"
    )
    assert first.text == second.text
    assert "1042" not in first.text
    said = await wrong_mail.say("ana.novak@example.com", "inform", email="ana.novak@example.com")
    assert "Order 1042" in said.text
    assert "Order 1042" in (await wrong_number.say("1042", "inform", order_number="1042")).text


async def test_after_a_second_mismatch_a_person_is_offered(talker: Stage) -> None:
    stranger = talker()
    await stranger.say("where is 1042, a@b.example", "order_status", order_number="1042", email="a@b.example")
    said = await stranger.say("c@d.example then", "inform", email="c@d.example")
    assert "Shall I get someone" in said.text
    assert await stranger.form() is None
    said = await stranger.say("yes please", "affirm")
    assert said.command("request_handoff")["reason"] == "form_failed"


async def test_guessing_ends(talker: Stage) -> None:
    stranger = talker()
    for _ in range(5):
        await stranger.say("1042, a@b.example", "order_status", order_number="1042", email="a@b.example")
    said = await stranger.say(
        "1042, ana.novak@example.com", "order_status", order_number="1042", email="ana.novak@example.com"
    )
    assert "can’t find" in said.text, "even the right pair is not told any more"


async def test_another_order_under_a_proved_email_needs_no_second_proof(talker: Stage) -> None:
    stranger = talker()
    await stranger.say(
        "1042, ana.novak@example.com", "order_status", order_number="1042", email="ana.novak@example.com"
    )
    assert "Order 1031" in (await stranger.say("and 1031?", "order_status", order_number="1031")).text


async def test_a_strangers_proved_order_is_the_one_they_ask_about_next(talker: Stage) -> None:
    stranger = talker()
    await stranger.say(
        "1031, ana.novak@example.com", "order_status", order_number="1031", email="ana.novak@example.com"
    )
    said = await stranger.say("where's my parcel", "order_status")
    assert said.text.startswith("Order 1031")


async def test_a_bare_number_out_of_the_blue_is_looked_up(talker: Stage) -> None:
    assert "Order 1042" in (await talker(ANA).say("1042", "inform", order_number="1042")).text
    assert "e-mail" in (await talker().say("1042", "inform", order_number="1042")).text


async def test_a_bare_email_out_of_the_blue_is_kept(talker: Stage) -> None:
    stranger = talker()
    said = await stranger.say("ana.novak@example.com", "inform", email="ana.novak@example.com")
    assert "order number" in said.text
    assert "Order 1042" in (await stranger.say("1042", "inform", order_number="1042")).text


async def test_proof_of_one_customers_order_is_unknown_to_the_next(talker: Stage) -> None:
    await talker().say(
        "1042, ana.novak@example.com", "order_status", order_number="1042", email="ana.novak@example.com"
    )
    assert "e-mail" in (await talker().say("where is 1042", "order_status", order_number="1042")).text


async def test_a_number_is_looked_up_even_when_the_words_around_it_were_not_understood(talker: Stage) -> None:
    assert "Order 1042" in (await talker(ANA).say("1042 wherabouts", "nlu_fallback", order_number="1042")).text


async def test_an_e_mail_address_told_before_proves_the_order_without_being_asked_for(talker: Stage) -> None:
    ana = talker()
    ana.knows("email", "ana.novak@example.com")
    said = await ana.say("where is 1042", "order_status", order_number="1042")

    assert "Order 1042" in said.text
    assert "e-mail" not in said.text


async def test_an_e_mail_address_told_before_that_does_not_belong_is_tried_once_and_counts(talker: Stage) -> None:
    stranger = talker()
    stranger.knows("email", "ben.carter@example.com")
    said = await stranger.say("where is 1042", "order_status", order_number="1042")
    assert "which e-mail address was order 1042 placed with?" in said.text
    assert (await stranger.slots())["failed_proofs"] == 1.0

    await stranger.say("hello", "greet")
    assert (await stranger.slots())["failed_proofs"] == 1.0
    assert "Order 1042" in (await stranger.say("ana.novak@example.com", email="ana.novak@example.com")).text


async def test_an_order_proved_with_an_e_mail_address_that_was_forgotten_since_is_proved_no_more(talker: Stage) -> None:
    ana = talker()
    ana.know(proved_order={"1042": None})

    assert "Shall I?" in (await ana.say("forget all you know", "forget")).text
    assert "e-mail" in (await ana.say("where is 1042", "order_status", order_number="1042")).text
