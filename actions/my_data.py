"""All that is kept about a customer, handed to them; and what they may do about it."""

from __future__ import annotations

import secrets

from actions.commands import offer_export
from actions.conversation import Conversation, Reply, button
from actions.forget import CONVERSATION, EVERYTHING
from actions.wording import payload


class ActionSendMyData(Reply):
    """Send me my data."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_send_my_data"

    async def answer(self, talk: Conversation) -> None:
        """Offer it under an id; the channel makes a link of it when it shows this message."""
        export_id = secrets.token_urlsafe(18)
        talk.record(offer_export(export_id))
        talk.hand_out(
            "Here is all that I keep about you, to read and as a file. The link works once, for one hour.", export_id
        )


class ActionPrivacy(Reply):
    """What can I do about my data?"""

    def name(self) -> str:
        """As the rules call it."""
        return "action_privacy"

    async def answer(self, talk: Conversation) -> None:
        """Name the choices; an open form waits."""
        talk.wait_in_form()
        talk.say(
            "What I know about you is yours: you can read it, have it sent to you, put it right, or have it deleted.",
            (
                button("What do you know about me?", payload("ask_known")),
                button("Send me my data", payload("send_my_data")),
                button("Forget this conversation", payload("forget", what=CONVERSATION)),
                button("Forget me", payload("forget", what=EVERYTHING)),
            ),
        )
