"""The same as last time."""

from __future__ import annotations

from tests.unit.actions.conftest import ANA, CLARA, Stage

ELLIE = {"shop_customer_id": "c-105", "customer_name": "Eilis Murphy", "customer_email": "eilis.murphy@example.com"}
DARIO = {"shop_customer_id": "c-104", "customer_name": "Dario Conti", "customer_email": "dario.conti@example.com"}


async def test_the_last_order_is_repeated_after_one_yes(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("the same as last time", "reorder")
    assert "Scree Walking Boots and Hazel Hiking Socks for £183.00" in said.text
    assert "as in order 1042, to 18 Lime Tree Row, Sheffield S11 8TP, United Kingdom?" in said.text

    said = await ana.press("Yes, order it")
    assert "Done, that’s order 1061" in said.text
    closed = said.command("close_case")
    assert closed is not None
    assert (closed["topic"], closed["state"]) == ("reorder", "solved_assumed")
    assert closed["key"]
    assert [item.sku for item in ana.shop._orders["1061"].items] == ["scree-boots", "hazel-socks"]


async def test_a_turn_repeated_after_a_crash_orders_once(talker: Stage) -> None:
    ana = talker(ANA)
    for _ in range(2):
        await ana.say("the same again", "reorder", turn_id="asked")
        said = await ana.say("yes", "affirm", turn_id="confirmed")
        assert "order 1061" in said.text

    assert "1062" not in ana.shop._orders


async def test_one_thing_of_an_older_order_is_repeated_alone(talker: Stage) -> None:
    ana = talker(ANA)
    said = await ana.say("the same tent again", "reorder", product="tent")
    assert "Shall I order Ridge 2 Tent for £219.00 again, as in order 1031" in said.text

    await ana.say("yes please", "affirm")
    assert [item.sku for item in ana.shop._orders["1061"].items] == ["ridge-2-tent"]


async def test_an_order_named_by_number_is_the_one(talker: Stage) -> None:
    said = await talker(ANA).say("repeat 1013", "reorder", order_number="1013")

    assert "Beacon Headtorch and Brook Water Filter" in said.text


async def test_a_no_orders_nothing(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the same as last time", "reorder")
    said = await ana.press("No, don’t")

    assert said.text == "All right, nothing has been ordered."
    assert "1061" not in ana.shop._orders


async def test_what_is_sold_out_is_left_out_and_said(talker: Stage) -> None:
    said = await talker(DARIO).say("same again", "reorder")

    assert said.text.startswith("The Ember Kettle is sold out at the moment. Shall I order Ridge 4 Tent and Brook")


async def test_only_sold_out_things_are_not_offered(talker: Stage) -> None:
    clara = talker(CLARA)
    said = await clara.say("the kettle again please", "reorder", product="kettle")

    assert said.text == "I’m sorry, the Ember Kettle is sold out at the moment."
    assert await clara.form() is None


async def test_without_an_earlier_order_there_is_nothing_to_repeat(talker: Stage) -> None:
    said = await talker(ELLIE).say("same as last time", "reorder")

    assert said.text == "I can’t see an earlier order on your account that I could repeat."


async def test_what_was_never_ordered_is_said_to_be_so(talker: Stage) -> None:
    said = await talker(ANA).say("the same compass again", "reorder", product="cairn-compass")

    assert said.text == "I can’t see that among your earlier orders. You find it in our shop."


async def test_nothing_is_ordered_for_a_stranger(talker: Stage) -> None:
    said = await talker().say("reorder 1042", "reorder", order_number="1042")

    assert "log in" in said.text
    assert "Scree" not in said.text


async def test_who_has_moved_gets_it_where_they_live_now_after_one_yes(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("delivery_address", "12 Mill Lane, York YO1 7PR")
    said = await ana.say("the same tent again", "reorder", product="tent")
    assert said.text.startswith(
        "Last time it went to 18 Lime Tree Row, Sheffield S11 8TP, United Kingdom. Shall I order"
    )
    assert "as in order 1031, to 12 Mill Lane, York YO1 7PR?" in said.text

    await ana.press("Yes, order it")
    assert ana.shop._orders["1061"].address == "12 Mill Lane, York YO1 7PR"


async def test_the_address_of_last_time_can_be_kept(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("delivery_address", "12 Mill Lane, York YO1 7PR")
    await ana.say("the same tent again", "reorder", product="tent")
    said = await ana.press("To the address of last time")
    assert "to 18 Lime Tree Row, Sheffield S11 8TP, United Kingdom?" in said.text
    assert said.titles == ["Yes, order it", "No, don’t"]

    await ana.press("Yes, order it")
    assert ana.shop._orders["1061"].address.startswith("18 Lime Tree Row")


async def test_a_yes_with_another_address_orders_nothing_before_that_is_confirmed(talker: Stage) -> None:
    ana = talker(ANA)
    await ana.say("the same tent again", "reorder", product="tent")
    said = await ana.say("yes, but to 2 Elm Row, Leeds LS1 4AB", "affirm", address="2 Elm Row, Leeds LS1 4AB")
    assert "to 2 Elm Row, Leeds LS1 4AB?" in said.text
    assert "1061" not in ana.shop._orders

    await ana.say("yes", "affirm")
    assert ana.shop._orders["1061"].address == "2 Elm Row, Leeds LS1 4AB"


async def test_how_parcels_should_come_is_confirmed_with_the_order_and_told_to_the_shop(talker: Stage) -> None:
    ana = talker(ANA)
    ana.knows("carrier", "DHL")
    ana.knows("avoided_carrier:Evri", "Evri")
    ana.knows("delivery_place", "with the neighbour")
    said = await ana.say("the same tent again", "reorder", product="tent")
    assert ", by DHL, not by Evri and left with the neighbour where possible?" in said.text

    await ana.say("yes", "affirm")
    assert ana.shop._orders["1061"].wishes == "by DHL, not by Evri and left with the neighbour"
