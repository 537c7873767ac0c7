"""The one place where concrete parts meet: settings in, a running Threadkeeper out. Called by `bot.__main__`."""

from __future__ import annotations

import asyncio
import gc
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import structlog
import yaml
from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from actions.recollection import current as recollection
from actions.shop import current
from actions.shop.demo import demo_customers
from actions.shop.open import open_shop
from actions.shop.port import ShopBackend
from actions.shop.sql import SqlShop
from bot.attachments import Attachments, Fetch
from bot.beside import beside
from bot.calls import Calls
from bot.channels.email.channel import EmailChannel, EmailMemory
from bot.channels.email.settings import EmailSettings
from bot.channels.port import Sender
from bot.channels.rest.api import RestChannel
from bot.channels.telegram.api import TelegramSettings
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.api import WebParts, allow_origins, web_router
from bot.channels.web.demo import demo_router
from bot.channels.web.sign_in import EmailSignIn
from bot.custody.links import ExportLinks, LinkedInbox, LinkedOutbox, LinkedTranscript
from bot.custody.page import my_data_router
from bot.custody.retention import Retention
from bot.desk.api import DeskMemory, desk_router
from bot.desk.colleagues import WrittenHours
from bot.desk.contact_reasons import BadContactReasons, ContactReasons
from bot.desk.ledger import Ledger
from bot.desk.oidc import Oidc, Provider, cookie_key
from bot.desk.orders import OrderLine
from bot.desk.pages import desk_pages
from bot.desk.passwords import Passwords, ensure_admin
from bot.desk.reminders import Reminders
from bot.desk.task_fields import TaskFields, Vocabulary
from bot.desk.timekeeper import Timekeeper
from bot.desk.usher import Usher
from bot.dialogue.port import Dialogue
from bot.faq.fresh import FreshFaq
from bot.faq.publish import Publisher
from bot.faq.seed import faq_records
from bot.hints import Finds, Hints
from bot.hours import InvalidHolidays, InvalidHours, SupportHours
from bot.http import ApiError, prepare
from bot.identity import IdentityTokens, VisitorTokens
from bot.limits import Limits
from bot.line import Line
from bot.mail import MailServer, SmtpMailer
from bot.masking import MaskingInbox
from bot.metrics import Metrics
from bot.nlu.encoder import DEFAULT_CACHE, Encoder
from bot.nlu.quiet import silence
from bot.notices import notices_router
from bot.one_time_codes import WithCodes
from bot.outbox import Dispatcher
from bot.person_topics import PersonTopics
from bot.recollection import TranscriptRecollection
from bot.secrets import kept_secret
from bot.settings import PROJECT, Demo, InvalidSetting, Processes, Settings
from bot.training import trained_model
from bot.turn import TurnHandler
from bot.turn_runner import TurnRunner
from memory.codes import CODE_LIFE
from memory.model import Customer, CustomerId, FaqRecord
from memory.ports import FaqEntries, Links
from memory.sql import SqlMemory, open_memory

log = structlog.get_logger()

MOST_ORDERS = 10
"""Orders that a brief shows."""

DEMO_AGENT = "mara@fernhill.example"


def utc_now() -> datetime:
    """The clock of the whole process."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class Running:
    """A running Threadkeeper: the HTTP application, and whether turns are being answered yet."""

    app: FastAPI
    ready: asyncio.Event
    background: asyncio.Task[None]


@asynccontextmanager
async def running(settings: Settings, *, url: str) -> AsyncIterator[Running]:
    """Open memory, start the parts of this process's role, and close all of it in the end.

    `url` is where customers reach this server. Raises InvalidSetting, and Refused when there is no model.
    """
    check_together(settings)
    if settings.role is not Processes.GATEWAY:
        trained_model(settings.model)
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(
            open_memory(settings.database_url, clock=utc_now, code_key=code_key(settings))
        )
        shop = await open_shop(settings.shop_path)
        stack.push_async_callback(shop.close)
        parts = Parts(settings=settings, memory=memory, shop=shop, url=url)
        await parts.welcome_agents()
        app = parts.application()
        background = asyncio.create_task(parts.run())
        try:
            yield Running(app, parts.ready, background)
        finally:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)
            await parts.close()


def check_together(settings: Settings) -> None:
    """What only shows when settings are seen together."""
    if settings.demo is Demo.ON and not settings.is_loopback:
        raise InvalidSetting(
            f"THREADKEEPER_HOST: the demo shop would be open to everyone at {settings.host}. "
            "Set THREADKEEPER_DEMO=off, or THREADKEEPER_DEMO=public if that is what you want."
        )
    if (settings.smtp_url is None) != (settings.mail_from is None):
        raise InvalidSetting("THREADKEEPER_SMTP_URL: it needs THREADKEEPER_MAIL_FROM, and the other way round.")
    if (settings.oidc_issuer is None) != (settings.oidc_client_id is None):
        raise InvalidSetting("THREADKEEPER_OIDC_ISSUER: it needs THREADKEEPER_OIDC_CLIENT_ID, and the other way round.")
    if settings.email_imap_url is not None and settings.smtp_url is None:
        raise InvalidSetting(
            "THREADKEEPER_EMAIL_IMAP_URL: answers go out over THREADKEEPER_SMTP_URL, so set that as well."
        )
    if settings.role is not Processes.ALL and settings.database_url.startswith("sqlite"):
        raise InvalidSetting("THREADKEEPER_ROLE: gateways and workers share a PostgreSQL database; SQLite serves one.")


def support_hours(settings: Settings) -> SupportHours:
    """When people answer. Raises InvalidSetting."""
    try:
        return SupportHours.parse(settings.support_hours, settings.time_zone, settings.holidays)
    except InvalidHours as exc:
        raise InvalidSetting(f"THREADKEEPER_SUPPORT_HOURS: {exc}") from exc
    except InvalidHolidays as exc:
        raise InvalidSetting(f"THREADKEEPER_HOLIDAYS: {exc}") from exc


def contact_reasons() -> ContactReasons:
    """What agents choose from. Raises InvalidSetting for a file that can't be read."""
    try:
        return ContactReasons.read(PROJECT / "contact_reasons.yml")
    except BadContactReasons as exc:
        raise InvalidSetting(str(exc)) from exc


def mailer(settings: Settings) -> SmtpMailer | None:
    """The way to send e-mail, if there is one."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return SmtpMailer(server=MailServer.parse(settings.smtp_url.get_secret_value()), sender=settings.mail_from)


def email_settings(settings: Settings) -> EmailSettings | None:
    """The mailbox that customers write to, if there is one."""
    if settings.email_imap_url is None or settings.smtp_url is None or settings.mail_from is None:
        return None
    return EmailSettings(
        mailbox=MailServer.mailbox(settings.email_imap_url.get_secret_value()),
        outgoing=MailServer.parse(settings.smtp_url.get_secret_value()),
        sender=settings.email_address or settings.mail_from,
        secret=hmac.digest(session_secret(settings).encode(), b"message ids", "sha256"),
        folder=settings.email_folder,
        authserv_id=settings.email_authserv_id,
        answers_per_hour=settings.email_answers_per_hour,
    )


def identity_tokens(settings: Settings) -> IdentityTokens:
    """The checker of the host site's tokens; the demo shop is a host site with a secret of its own."""
    given = settings.identity_secret
    if given is None and settings.demo is not Demo.OFF:
        return IdentityTokens(secret=kept_secret("identity"))
    return IdentityTokens(secret=given.get_secret_value() if given else None)


def session_secret(settings: Settings) -> str:
    """What signs visitors' tokens and links to exports."""
    given = settings.session_secret
    return given.get_secret_value() if given else kept_secret("session")


def demo_login(settings: Settings) -> tuple[str, str] | None:
    """E-mail and password of the demo agent, or None when the operator made their own admin or wants no demo."""
    if settings.demo is Demo.OFF or settings.admin_email is not None:
        return None
    return DEMO_AGENT, kept_secret("desk-password")


@asynccontextmanager
async def opened_memory(settings: Settings) -> AsyncIterator[SqlMemory]:
    """Memory for the command line."""
    async with open_memory(settings.database_url, clock=utc_now) as memory:
        yield memory


@asynccontextmanager
async def opened_faq(settings: Settings) -> AsyncIterator[tuple[FaqEntries, Publisher]]:
    """The FAQ in memory and the way to change it, for the command line."""
    async with open_memory(settings.database_url, clock=utc_now) as memory:
        yield memory.faq, publisher(memory.faq)


@asynccontextmanager
async def opened_links(settings: Settings) -> AsyncIterator[Links]:
    """The links between customers, for the command line."""
    async with open_memory(settings.database_url, clock=utc_now) as memory:
        yield memory.links


def code_key(settings: Settings) -> bytes:
    """What seals one-time codes: made from the secret that signs visitors' tokens, so all processes have the same."""
    return hmac.digest(session_secret(settings).encode(), b"one-time codes", "sha256")


def publisher(entries: FaqEntries) -> Publisher:
    """The one way to change the FAQ; it tests with the encoder that the model answers with."""
    return Publisher(entries=entries, encoder=project_encoder, clock=utc_now, beside=beside)


def project_encoder() -> Encoder:
    """The sentence encoder as config.yml sets it for the FAQ."""
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))["pipeline"]
    step: dict[str, str] = next((step for step in pipeline if step["name"] == "bot.nlu.faq.FaqSelector"), {})
    model = step.get("model")
    return Encoder.shared(model=Path(model) if model else None, cache=Path(step.get("cache_dir", DEFAULT_CACHE)))


def project_finder() -> Finds:
    """What finds the values in messages, as the project says. Its dictionaries take seconds: open it when needed."""
    from bot.nlu.finder import read_finder

    return read_finder(PROJECT)


class ShopOrders:
    """The orders of customers as the desk shows them, from the shop."""

    def __init__(self, shop: ShopBackend) -> None:
        self._shop = shop

    async def of(self, customer: Customer) -> Sequence[OrderLine]:
        """The newest first, at most ten; empty for who is not proved to be somebody whom the shop knows."""
        orders = await self._shop.orders(customer.subject) if customer.subject else ()
        return [
            OrderLine(
                number=order.number,
                state=order.state.value.replace("_", " ").capitalize(),
                things=", ".join(
                    (f"{item.quantity} × {item.name}" if item.quantity > 1 else item.name)
                    + (" (returned)" if item.returned else "")
                    for item in order.items
                ),
                placed_on=order.placed_on,
                expected_on=order.expected_on,
                is_open=order.state.is_open,
            )
            for order in orders[:MOST_ORDERS]
        ]


class Parts:
    """The parts of one process, built from its settings."""

    def __init__(self, *, settings: Settings, memory: SqlMemory, shop: SqlShop, url: str) -> None:
        self.ready = asyncio.Event()
        self._settings = settings
        self._memory = memory
        self._inbox = MaskingInbox(memory.inbox)
        self._limits = Limits(
            visitor=settings.visitor_per_minute,
            address=settings.address_per_minute,
            everyone=settings.all_per_minute,
        )
        self._links = ExportLinks(secret=session_secret(settings), base_url=url)
        self._shop = shop
        self._url = url.rstrip("/")
        self._metrics = Metrics()
        self._tokens = identity_tokens(settings)
        self._hours = support_hours(settings)
        self._line = Line(offers=memory.offers, hours=self._hours)
        self._mailer = mailer(settings)
        self._telegram = self._open_telegram()
        self._email = self._open_email()

    async def welcome_agents(self) -> None:
        """Make sure that somebody can log in at the desk."""
        email, password = self._settings.admin_email, self._settings.admin_password
        login = (email, password.get_secret_value()) if email and password else demo_login(self._settings)
        if login is not None:
            await ensure_admin(self._memory.agents, Passwords(), email=login[0], password=login[1])

    def application(self) -> FastAPI:
        """The HTTP side: every router of this process's role."""
        app = FastAPI(title="Threadkeeper", description="A customer-service bot that never loses the thread.")
        prepare(app)
        app.include_router(self._health())
        if self._settings.role is not Processes.WORKER:
            for router in self._gateway_routers():
                app.include_router(router)
            allow_origins(app, self._settings.origins)
        return app

    async def run(self) -> None:
        """Everything that works beside the HTTP server, until cancelled; a part that dies is logged and ends it all."""
        parts: list[Callable[[], Awaitable[None]]] = []
        if self._settings.role is not Processes.WORKER:
            parts += self._gateway_parts()
        if self._settings.role is not Processes.GATEWAY:
            parts.append(self._answer)
        else:
            self.ready.set()
        await asyncio.gather(*(part() for part in parts))

    async def close(self) -> None:
        """Close what holds connections of its own."""
        if self._telegram is not None:
            await self._telegram.close()

    def _gateway_routers(self) -> list[APIRouter]:
        settings, memory = self._settings, self._memory
        rest = RestChannel(
            inbox=LinkedInbox(self._inbox, self._links),
            doorbell=memory.doorbell,
            tokens=self._tokens,
            api_token=settings.api_token.get_secret_value() if settings.api_token else None,
            limits=self._limits,
        )
        notices = notices_router(
            notices=memory.notices,
            identities=memory.identities,
            api_token=settings.api_token.get_secret_value() if settings.api_token else None,
        )
        my_data = my_data_router(custody=memory.custody, links=self._links)
        routers = [rest.router(), notices, *self._web_routers(), *self._desk_routers(), my_data]
        if self._telegram is not None and settings.telegram_webhook_url:
            routers.append(self._telegram.webhook_router())
        return routers

    def _web_routers(self) -> list[APIRouter]:
        memory = self._memory
        web = WebParts(
            inbox=self._inbox,
            transcript=LinkedTranscript(memory.transcript, self._links),
            identities=memory.identities,
            doorbell=memory.doorbell,
            signs=memory.signs,
            attachments=Attachments(files=memory.files, transcript=memory.transcript, fetch=self._fetch()),
            visitors=VisitorTokens(secret=session_secret(self._settings)),
            tokens=self._tokens,
            limits=self._limits,
            telegram_name=self._telegram.username if self._telegram else None,
            sign_in=EmailSignIn(identities=memory.identities, mailer=self._mailer, clock=utc_now)
            if self._mailer
            else None,
        )
        routers = [web_router(web)]
        if self._settings.demo is not Demo.OFF:
            routers.append(demo_router(customers=self._demo_customers, tokens=self._tokens))
        return routers

    def _desk_routers(self) -> list[APIRouter]:
        memory = self._memory
        desk = DeskMemory(
            handoffs=memory.handoffs,
            search=memory.search,
            endings=memory.endings,
            transcript=memory.transcript,
            agents=memory.agents,
            keys=memory.keys,
            readings=memory.readings,
            team=memory.team,
            faq=memory.faq,
            doorbell=memory.doorbell,
            answers=memory.answers,
            replies=memory.replies,
            canned=memory.canned,
            files=memory.files,
            mentions=memory.mentions,
            signs=memory.signs,
        )
        ledger = Ledger(
            promises=memory.promises, hours=self._hours, remind_before=self._settings.remind_before, now=utc_now
        )
        router = desk_router(
            memory=desk,
            line=self._line,
            ledger=ledger,
            orders=ShopOrders(self._shop),
            passwords=Passwords(),
            publisher=publisher(memory.faq),
            show_writing={self._telegram.name: self._telegram.show_writing} if self._telegram else {},
            fetch=self._fetch(),
            hints=Hints(
                entries=memory.faq,
                encoder=project_encoder,
                finder=project_finder,
                clock=lambda: utc_now().astimezone(self._hours.zone),
                beside=beside,
            ),
            vocabulary=Vocabulary(contact_reasons(), TaskFields.read(PROJECT / "domain.yml")),
            hours=self._hours,
            written_hours=WrittenHours(self._settings.support_hours, self._settings.holidays),
            url=self._url,
            oidc=self._oidc(),
            asks_if_solved=self._settings.ask_if_solved,
        )
        return [router, desk_pages()]

    def _reminders(self) -> Reminders | None:
        if self._mailer is None:
            return None
        return Reminders(mailer=self._mailer, team=self._memory.team, hours=self._hours, url=self._url, clock=utc_now)

    def _oidc(self) -> Oidc | None:
        settings, secret = self._settings, self._settings.oidc_client_secret
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        provider = Provider(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            name=settings.oidc_name,
        )
        return Oidc(provider=provider, url=self._url, key=cookie_key(session_secret(settings)), now=utc_now)

    def _gateway_parts(self) -> list[Callable[[], Awaitable[None]]]:
        pushed: list[TelegramChannel | EmailChannel] = [each for each in (self._telegram, self._email) if each]
        senders: Mapping[str, Sender] = {each.name: WithCodes(each, code_for=self._code_for) for each in pushed}
        dispatcher = Dispatcher(
            outbox=LinkedOutbox(self._memory.outbox, self._links),
            senders=senders,
            doorbell=self._memory.doorbell,
            metrics=self._metrics,
            clock=utc_now,
        )
        retention = Retention(custody=self._memory.custody, months=self._settings.retention_months, clock=utc_now)
        usher = Usher(
            handoffs=self._memory.handoffs,
            offers=self._memory.offers,
            team=self._memory.team,
            doorbell=self._memory.doorbell,
            offer_for=timedelta(seconds=self._settings.offer_seconds),
            clock=utc_now,
        )
        timekeeper = Timekeeper(
            times=self._memory.promise_times,
            hours=self._hours,
            remind_before=self._settings.remind_before,
            clock=utc_now,
            reminders=self._reminders(),
        )
        parts = [dispatcher.run, retention.run, usher.run, timekeeper.run]
        return [*parts, *(each.run for each in pushed)]

    async def _code_for(self, customer_id: CustomerId) -> str:
        return await self._memory.identities.issue_code(customer_id, utc_now() + CODE_LIFE, short=True)

    def _fetch(self) -> Mapping[str, Fetch]:
        """How to get the files that channels keep."""
        return {each.name: each.fetch for each in (self._telegram, self._email) if each}

    def _open_telegram(self) -> TelegramChannel | None:
        given, secret = self._settings, self._settings.telegram_webhook_secret
        if given.telegram_token is None or given.role is Processes.WORKER:
            return None
        settings = TelegramSettings(
            token=given.telegram_token.get_secret_value(),
            base_url=given.telegram_base_url,
            webhook_url=given.telegram_webhook_url,
            webhook_secret=secret.get_secret_value() if secret else None,
        )
        memory = self._memory
        return TelegramChannel(
            settings=settings,
            inbox=self._inbox,
            identities=memory.identities,
            transcript=memory.transcript,
            files=memory.files,
        )

    def _open_email(self) -> EmailChannel | None:
        settings, memory = email_settings(self._settings), self._memory
        if settings is None or self._settings.role is Processes.WORKER:
            return None
        asked = EmailMemory(
            inbox=self._inbox,
            outbox=memory.outbox,
            identities=memory.identities,
            transcript=memory.transcript,
            files=memory.files,
        )
        return EmailChannel(settings=settings, memory=asked, clock=utc_now)

    async def _answer(self) -> None:
        """Load the model off the request path, then take turns and keep the FAQ fresh."""
        current.use(self._shop)
        recollection.use(
            TranscriptRecollection(
                transcript=self._memory.transcript, encoder=project_encoder, silence=self._settings.silence
            )
        )
        model = trained_model(self._settings.model)
        dialogue = await beside(partial(load_dialogue, model))
        await self._memory.faq.seed(faq_records(PROJECT / "nlu_data" / "faq"))
        handler = TurnHandler(
            dialogue=dialogue,
            hours=self._hours,
            calls=Calls(
                line=self._line,
                hours=self._hours,
                departments=self._settings.department_of,
                patience=self._settings.patience,
            ),
            silence=self._settings.silence,
            abandon_after=self._settings.abandonment,
            clock=utc_now,
            escalation=self._settings.handled_otherwise,
        )
        runner = TurnRunner(
            turns=self._memory.turns, handler=handler, doorbell=self._memory.doorbell, metrics=self._metrics
        )

        async def use(entries: Sequence[FaqRecord]) -> None:
            await beside(partial(dialogue.use_faq, entries))

        faq = FreshFaq(entries=self._memory.faq, doorbell=self._memory.doorbell, use=use, clock=utc_now)
        await asyncio.gather(runner.run(), faq.run(self.ready.set))

    async def _demo_customers(self) -> list[dict[str, object]]:
        return await demo_customers(self._shop)

    def _health(self) -> APIRouter:
        router = APIRouter(tags=["health"])

        @router.get("/health/live")
        async def live() -> dict[str, str]:
            """Whether this process runs."""
            return {"status": "live"}

        @router.get("/health/ready")
        async def ready() -> dict[str, str]:
            """Whether this process answers; 503 while the model is being loaded."""
            if not self.ready.is_set():
                raise ApiError(503, "not_ready", "The model is being loaded.", retry_after=2)
            return {"status": "ready"}

        @router.get("/metrics", response_class=Response)
        async def metrics() -> Response:
            """Figures for Prometheus."""
            return Response(self._metrics.page(), media_type="text/plain; version=0.0.4")

        return router


def load_dialogue(model: Path) -> Dialogue:
    """Import Rasa and load a model with the customer tasks: seconds, so call it in a thread. Raises ModelMissing."""
    with silence():
        from actions.executor import InProcessActions
        from actions.spoken import values_for
        from bot.dialogue.embedded import EmbeddedDialogue

        topics = PersonTopics.read(PROJECT / "person_topics.yml")
        dialogue = EmbeddedDialogue(model=model, actions=InProcessActions(), topics=topics, values_for=values_for)
    gc.collect()
    gc.freeze()  # the model stays: to look through its half a million objects again and again would hold up turns
    return dialogue
