"""Actions in process: complete, and in the shape Rasa expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from actions.executor import InProcessActions
from actions.shop.fakes import FakeShop

ROOT = Path(__file__).parents[3]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text())


def call(action: str, **tracker: Any) -> dict[str, Any]:
    state = {"sender_id": "ana", "slots": {}, "latest_message": {}, "events": [], "active_loop": {}, **tracker}
    return {"next_action": action, "tracker": state, "domain": {}}


def test_the_domain_declares_exactly_the_actions_there_are() -> None:
    assert {name for name in InProcessActions().names if not name.startswith("test_")} == set(DOMAIN["actions"])


def test_every_slot_is_kept_apart_from_the_choice_of_rules() -> None:
    for name, slot in DOMAIN["slots"].items():
        assert slot["mappings"] == [{"type": "custom"}], name
        assert slot["type"] == "any" or slot["influence_conversation"] is False, name


LAST_STEPS = {"action_register_return", "action_cancel_order", "action_change_address"}
"""Run only with their form's answers; the tests of each task hold them."""


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("action", sorted(set(DOMAIN["actions"]) - LAST_STEPS))
async def test_every_action_copes_with_an_empty_conversation_in_the_right_shape(action: str) -> None:
    from rasa.core.actions.action import RemoteAction

    form = action.removeprefix("validate_") if action.startswith("validate_") else None
    result = await InProcessActions().run(call(action, active_loop={"name": form} if form else {}))
    jsonschema.validate(result, RemoteAction.action_response_format_spec())


async def test_an_unknown_action_is_an_error() -> None:
    from rasa_sdk.interfaces import ActionNotFoundException

    with pytest.raises(ActionNotFoundException):
        await InProcessActions().run(call("action_of_nobody"))


async def test_without_a_chosen_shop_the_demo_shop_opens_at_the_given_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from actions.shop import current

    monkeypatch.setenv(current.PATH_VARIABLE, str(tmp_path / "a" / "shop.sqlite"))
    current.use(None)
    shop = await current.current()
    assert next(order.number for order in await shop.orders("c-101")) == "1042"
    assert await current.current() is shop
    await shop.close()  # type: ignore[attr-defined]
    current.use(None)


async def test_the_chosen_shop_is_the_one_in_use(shop: FakeShop) -> None:
    from actions.shop import current

    assert await current.current() is shop
