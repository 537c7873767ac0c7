"""What a visitor's browser sends and gets, checked and documented. Used by the routes of this channel."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from bot.attachments import AttachmentView, attachment_views
from bot.channels.port import MAX_LANGUAGE_TAG
from bot.identity import Visitor
from bot.markdown import to_html
from memory.model import Author, Button, CustomerId, DeliveryState, FileId, Message

MAX_TEXT = 10_000
MAX_CURSOR = 2**53 - 1
"""The largest number that JavaScript counts exactly; also fits every database's integer."""

ClientId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VisitorRequest(_Request):
    """Who opens the chat: `identity` is the host site's signed token while its user is logged in."""

    identity: Annotated[str, StringConstraints(max_length=4096)] | None = None


class VisitorResponse(BaseModel):
    """A visitor's token, to be shown as `Authorization: Bearer` with everything else."""

    token: str
    visitor: str
    identified: bool
    name: str | None = None
    telegram: bool = Field(description="Whether the conversation can be continued in Telegram.")
    email: bool = Field(False, description="Whether a code by e-mail can show who the visitor is.")


class EmailRequest(_Request):
    """Where a code should be sent to."""

    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")]


class EmailResponse(BaseModel):
    """The same for every address: whether it is a customer's is not told."""

    accepted: bool = True


class CodeRequest(_Request):
    """The code that came by e-mail."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class MessageRequest(_Request):
    """Something the visitor says: words, or a button's `payload` (then `text` may hold its title).

    The same `client_id` again is the same message, so a request without an answer can be repeated safely. `language`
    is the page's, such as de or de-AT: the FAQ's answers are given in it if there are any.
    """

    client_id: ClientId
    text: Text | None = None
    payload: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None
    attachments: list[Annotated[FileId, StringConstraints(pattern=r"^[0-9a-f]{32}$")]] = Field([], max_length=5)
    language: Annotated[str, StringConstraints(max_length=MAX_LANGUAGE_TAG)] | None = None

    @field_validator("text", "payload")
    @classmethod
    def _storable(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("it contains a NUL character")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> MessageRequest:
        if self.text is None and self.payload is None and not self.attachments:
            raise ValueError("give text, payload or attachments")
        return self


class MessageResponse(BaseModel):
    """The message is stored and will be answered. `thread` names the conversation it belongs to."""

    accepted: bool = True
    duplicate: bool
    thread: str
    text: str | None = Field(
        None, description="What was kept in place of its words, if a card number, a password or a code was taken out."
    )


RATES: Final[Mapping[str, bool]] = {
    "/answer_helped": True,
    "/answer_not_helped": False,
    "/solved_yes": True,
    "/solved_no": False,
}
"""Choices that rate: of an answer from the FAQ, whether it helped; of what a person did, whether it is solved."""


class ButtonView(BaseModel):
    """A choice under a message; `rates` for one that says how it was, well (true) or not."""

    title: str
    payload: str
    rates: bool | None = None


class MessageView(BaseModel):
    """One message as the browser shows it. `html` is given for the bot's words only; the others' are plain text."""

    number: int
    author: Author
    text: str
    html: str | None = None
    at: datetime
    channel: str
    buttons: list[ButtonView]
    client_id: str | None = Field(None, description="Set for messages that this visitor sent, as they named it.")
    agent_name: str | None = None
    custom: Mapping[str, Any] | None = None
    attachments: list[AttachmentView] = []


class HistoryResponse(BaseModel):
    """A page of the conversation, oldest first. `thread` is null for a visitor who never wrote."""

    messages: list[MessageView]
    thread: str | None


class LinkResponse(BaseModel):
    """A one-time code that continues the conversation in Telegram."""

    code: str
    url: str | None = None
    expires_at: datetime


def provider_id(visitor: Visitor, client_id: str) -> str:
    """A client id made unique in this channel: two browsers may choose the same one."""
    return f"{visitor.id}:{client_id}"


def thread_of(customer_id: CustomerId, renumbered: int) -> str:
    """A name by which a browser notices that its numbers belong to another conversation; tells nothing else.

    Another one, too, when the messages got other numbers because of a link, or because one was undone.
    """
    numbering = f":{renumbered}" if renumbered else ""
    return hashlib.sha256(f"{customer_id}{numbering}".encode()).hexdigest()[:16]


def is_shown(message: Message) -> bool:
    """Whether customers see it: not what an agent took back before it was sent."""
    return message.delivery is not DeliveryState.WITHDRAWN


def view(message: Message, visitor: Visitor, images_from: Collection[str] = ()) -> MessageView:
    """A message as this visitor's browser gets it, with images of these origins."""
    return MessageView(
        number=message.number,
        author=message.author,
        text=message.text,
        html=to_html(message.text, images_from) if message.author is Author.BOT else None,
        at=message.at,
        channel=message.channel,
        buttons=[_button(button) for button in message.buttons],
        client_id=_own_client_id(message, visitor),
        agent_name=message.agent_name,
        custom=None if message.author is Author.CUSTOMER else message.custom,
        attachments=attachment_views(message),
    )


def _button(button: Button) -> ButtonView:
    return ButtonView(title=button.title, payload=button.payload, rates=RATES.get(button.payload))


def _own_client_id(message: Message, visitor: Visitor) -> str | None:
    prefix = provider_id(visitor, "")
    if message.client_id is None or not message.client_id.startswith(prefix):
        return None
    return message.client_id.removeprefix(prefix)
