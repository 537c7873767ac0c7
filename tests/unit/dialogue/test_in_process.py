from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk import ActionExecutionRejection

from actions.executor import InProcessActions
from bot.dialogue.in_process import InProcessEndpoint, knowing
from bot.dialogue.replies import Collected
from bot.dialogue.snapshot import opening
from bot.settings import PROJECT


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))


def call(name: str, domain: Domain) -> dict[str, Any]:
    tracker = DialogueStateTracker("ana", domain.slots)
    tracker.update_with_events(opening(), domain)
    return RemoteAction(name, EndpointConfig())._action_call_format(tracker, domain)


@pytest.mark.parametrize("name", ["action_greet", "action_hand_over", "action_resume", "action_unsure"])
async def test_what_our_executor_returns_is_what_rasa_would_accept_over_http(name: str, domain: Domain) -> None:
    result = await InProcessActions().run(call(name, domain))

    jsonschema.validate(result, RemoteAction.action_response_format_spec())


async def test_every_action_of_the_domain_can_be_run(domain: Domain) -> None:
    own = {name for name in domain.user_actions if name.startswith("action_") or name.startswith("validate_")}

    assert own <= InProcessActions().names


async def test_an_action_that_declines_does_so_as_over_http(domain: Domain) -> None:
    class Declining:
        async def run(self, payload: dict[str, Any]) -> dict[str, Any]:
            raise ActionExecutionRejection(payload["next_action"], "not now")

    with pytest.raises(ClientResponseError) as caught:
        await InProcessEndpoint(Declining()).request(json={"next_action": "return_form"})

    assert caught.value.status == 400


async def test_what_memory_knows_goes_with_the_call_and_only_with_it(domain: Domain) -> None:
    heard: list[object] = []

    class Listening:
        async def run(self, payload: dict[str, Any]) -> dict[str, Any]:
            heard.append(payload["tracker"]["slots"]["known"])
            return {"events": [], "responses": []}

    sent, endpoint = call("action_greet", domain), InProcessEndpoint(Listening())
    with knowing({"facts": ["size L"]}):
        await endpoint.request(json=sent)
    await endpoint.request(json=sent)

    assert heard == [{"facts": ["size L"]}, {}]
    assert "known" not in sent["tracker"]["slots"]


async def test_a_real_action_server_is_still_checked(domain: Domain) -> None:
    class Sloppy(EndpointConfig):
        async def request(self, *_: object, **__: object) -> dict[str, Any]:
            return {"events": "none", "responses": []}

    tracker = DialogueStateTracker("ana", domain.slots)
    tracker.update(ActionExecuted("action_listen"), domain)
    action = RemoteAction("action_greet", Sloppy())

    with pytest.raises(jsonschema.ValidationError):
        await action.run(Collected(), TemplatedNaturalLanguageGenerator(domain.responses), tracker, domain)
