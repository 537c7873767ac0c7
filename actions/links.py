"""Going on in another channel with a one-time code, and taking a link between two channels back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions.commands import undo_link
from actions.conversation import Conversation, Reply, button
from actions.offers import NO_THANKS, offered, put_forward

HIDDEN_CODE: Final = "(shown in Telegram only)"
"""What stands for the code wherever the message is kept; it is put in when the message is sent, and nowhere else."""
_PLACES: Final[Mapping[str, str]] = {
    "telegram": "Telegram",
    "web": "the chat on our website",
    "email": "your e-mails",
    "rest": "our app",
}


class ActionContinueOnWebsite(Reply):
    """I want to go on on the website."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_continue_on_website"

    async def answer(self, talk: Conversation) -> None:
        """Give a code in Telegram, whose chats are proved; elsewhere say the way that there is."""
        if talk.slot("channel") == "telegram":
            talk.say_with_code(
                f"Open the chat on our website and type this code there: {HIDDEN_CODE}. It works once, for ten "
                "minutes. After that both chats are one conversation, and we go on where we are.",
                HIDDEN_CODE,
            )
        else:
            talk.say(
                "To have the same conversation in Telegram and on our website, choose “Continue in Telegram” in the "
                "menu of the chat there."
            )
        talk.wait_in_form()


class ActionUnlink(Reply):
    """Unlink my Telegram."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_unlink"

    async def answer(self, talk: Conversation) -> None:
        """Ask once, naming what would be separated; or say that there is nothing to separate."""
        link = _meant(talk)
        if link is None:
            talk.say("No other chat is linked with this one, so there is nothing to separate.")
            return
        place = _place(link, talk)
        put_forward(talk, "unlink", link=link["id"], place=place)
        talk.say(
            f"Shall I separate {place} from this conversation? Each side keeps what was said there.",
            (button("Yes, separate them", "/affirm"), NO_THANKS),
        )
        talk.wait_in_form()


def separate(talk: Conversation) -> None:
    """Undo the link that was offered to be undone."""
    offer = offered(talk)
    talk.record(undo_link(int(offer["link"])))
    place = str(offer["place"])
    place = place[:1].upper() + place[1:]
    talk.say(f"Done. {place} and this conversation are separate again, each with what was said there.")


def _meant(talk: Conversation) -> Mapping[str, Any] | None:
    """The latest link, or the latest with the channel that was named."""
    links = talk.known.get("links", ())
    fitting = [link for link in links if set(link["channels"]) & set(_named(talk))]
    return next(iter(fitting or links), None)


def _named(talk: Conversation) -> Sequence[str]:
    return [channel for channel in ("telegram", "web") if channel in talk.heard.text.casefold()]


def _place(link: Mapping[str, Any], talk: Conversation) -> str:
    """How to call what would be separated, for the one who is asked: never the chat that they are in."""
    here, came = talk.slot("channel"), link["channels"]
    there = [channel for channel in (_named(talk) if here in came else came) if channel != here]
    return _PLACES.get(there[0], there[0]) if there else "the other chat"
