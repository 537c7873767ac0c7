"""Takes one mail into the inbox, or tells why it is none of a customer's. Used by `receiving`."""

from __future__ import annotations

from functools import partial

import structlog

from bot.beside import beside
from bot.channels.email.authentication import proof_of
from bot.channels.email.automatic import why_ignored
from bot.channels.email.bounces import Bounce, bounce_in
from bot.channels.email.choices import Choices
from bot.channels.email.headers import Mime
from bot.channels.email.mime import Mail, parse, read
from bot.channels.email.settings import CHANNEL, EmailSettings
from bot.faq.entry import known_language
from bot.masking import masked
from memory.model import Address, Inbound
from memory.ports import Inbox, Outbox

log = structlog.get_logger()


class Unreadable(Exception):
    """The mail breaks the reading. It is left in the mailbox with a flag, for a person to look at."""


class Arrivals:
    """Returns from `take` only when what arrived is stored; what goes wrong in storing is the caller's to retry."""

    def __init__(self, *, settings: EmailSettings, inbox: Inbox, outbox: Outbox, choices: Choices) -> None:
        self._settings = settings
        self._inbox = inbox
        self._outbox = outbox
        self._choices = choices
        self._ids = settings.ids

    async def take(self, raw: bytes) -> None:
        """Store what a customer wrote. Raises Unreadable, and what memory raises; then it must be taken again."""
        parsed, mail, bounce = await beside(partial(self._read, raw))
        if bounce is not None:
            await self._came_back(bounce)
            return
        ignored = self._why_ignored(parsed, mail)
        if mail is None or ignored:
            log.info("email_ignored", reason=ignored or "no_author")
            return
        await self._accept(await self._inbound(parsed, mail))

    def _read(self, raw: bytes) -> tuple[Mime, Mail | None, Bounce | None]:
        try:
            parsed = parse(raw)
            return parsed, read(parsed), bounce_in(parsed, self._ids)
        except Exception as exc:
            raise Unreadable from exc

    def _why_ignored(self, parsed: Mime, mail: Mail | None) -> str | None:
        if mail is None:
            return None
        if self._ids.found_in(mail.message_id):
            return "own_mail"
        reason = why_ignored(parsed, mail.address, self._settings.address)
        return reason or (None if mail.text or mail.attachments else "empty")

    async def _inbound(self, parsed: Mime, mail: Mail) -> Inbound:
        address = Address(CHANNEL, mail.address)
        proof = proof_of(parsed, mail.address, self._settings.authserv_id)
        button = await self._choices.meant(address, proof, mail.words) if mail.answers else None
        return Inbound(
            address=address,
            provider_id=mail.key,
            text=button.title if button else mail.text,
            payload=button.payload if button else None,
            proof=proof,
            display_name=mail.name or None,
            attachments=mail.attachments,
            language=known_language(mail.language),
            under_ours=bool(self._ids.found_in(mail.references)),
            custom={"subject": masked(mail.subject), "references": mail.references, "address": mail.address},
        )

    async def _accept(self, inbound: Inbound) -> None:
        accepted = await self._inbox.accept(inbound)
        log.debug("email_taken", duplicate=accepted.duplicate, proof=inbound.proof.value)

    async def _came_back(self, bounce: Bounce) -> None:
        for delivery_id in bounce.deliveries:
            if await self._outbox.returned(delivery_id, bounce.reason):
                log.warning("email_came_back", delivery=delivery_id)
