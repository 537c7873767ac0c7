"""What an operator can set, read once at start-up from `THREADKEEPER_…` (or, for any of them, `…_FILE`) by
`bot.reading_settings`. What only one channel needs is in its folder.

Used by `bot.bootstrap` and the commands; parts get the values they need, never the environment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from enum import Enum
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, field_validator

from bot.escalation import Escalation, read_escalation
from bot.mail import MailServer

PREFIX = "THREADKEEPER_"
_PASSWORD_IN_URL = re.compile(r"(://[^:/@]*:).*(?=@)|([?&]password=)[^&]*")
_PAIR = re.compile(r"[^=\s]+\s*=\s*[^=\s]+")
PROJECT = Path(__file__).resolve().parent.parent
"""The Rasa project: config.yml, domain.yml, nlu_data."""


class InvalidSetting(Exception):
    """A setting has a value that can't be used. The message names the variable and the fix."""


class Refused(Exception):
    """A command can't do what it was asked. The message says why."""


class Demo(str, Enum):
    """Whether the sample shop's page and customers are offered."""

    ON = "on"  # on this machine only
    OFF = "off"
    PUBLIC = "public"  # on any address, said out loud at start-up


class Processes(str, Enum):
    """Which part of the work this process does."""

    ALL = "all"
    GATEWAY = "gateway"  # HTTP, channels, desk, outbox
    WORKER = "worker"  # turns


class DatabaseUrl(SecretStr):
    """Where a database is. Shown without the password to it."""

    def __str__(self) -> str:
        return _PASSWORD_IN_URL.sub(r"\1\2***", self.get_secret_value())

    def __repr__(self) -> str:
        return f"DatabaseUrl('{self}')"


class ChannelOptions(BaseModel):
    """Settings of one channel, in `options.Options` of its folder; their names are among all others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def is_on(self, settings: Settings) -> bool:
        """Whether the channel is turned on by them."""
        raise NotImplementedError

    def check(self, settings: Settings) -> None:
        """What only shows when settings are seen together. Raises InvalidSetting."""

    @property
    def reaches_far(self) -> bool:
        """Whether its customers are not on this machine."""
        return False


_Options = TypeVar("_Options", bound=ChannelOptions)


class Settings(BaseModel):
    """Every setting with its default and the reason for it; the field name in capitals is the variable's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on; loopback, so that nothing is public by chance.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, description="TCP port; 0 lets the system choose.")
    public_url: str | None = Field(None, description="How customers reach this server from outside, if not HOST:PORT.")
    database_url: DatabaseUrl = Field(
        DatabaseUrl("sqlite+aiosqlite:///.var/threadkeeper.sqlite"),
        description="Where everything is remembered; postgresql+asyncpg://… for several processes.",
    )
    role: Processes = Field(Processes.ALL, description="all, gateway or worker; the last two need PostgreSQL.")
    model: Path = Field(Path("models"), description="A trained model, or a folder whose newest one is taken.")
    resume_after: Annotated[float, Field(ge=0)] = Field(
        1800.0, description="Seconds of silence after which a return is told where things stand; half an hour."
    )
    abandon_after: Annotated[float, Field(gt=0)] = Field(
        30.0, description="Days after which something left open that nobody mentioned is given up."
    )
    api_token: SecretStr | None = Field(None, description="Bearer token that REST callers must show; none: open.")
    identity_secret: SecretStr | None = Field(None, description="Shared with the host site, which signs identities.")
    session_secret: SecretStr | None = Field(None, description="Signs visitor tokens; made and kept when not set.")
    allowed_origins: str = Field("", description="Sites that may embed the widget: origins, separated by commas.")
    image_origins: str = Field(
        "",
        description="Sites whose pictures may stand in the bot's words in the widget, beside this server: origins, "
        "separated by commas.",
    )
    admin_email: str | None = Field(None, description="E-mail of the first agent, made at start-up with all rights.")
    admin_password: SecretStr | None = Field(None, description="Password of that agent, at least 8 characters.")
    oidc_issuer: str | None = Field(
        None,
        description="Your own login for agents, by OpenID Connect: the provider's https address, as it names itself.",
    )
    oidc_client_id: str | None = Field(None, description="Under which the provider knows the desk.")
    oidc_client_secret: SecretStr | None = Field(None, description="What the provider gave the desk; none: PKCE alone.")
    oidc_name: str = Field("your company login", description="How the button calls it: “Sign in with …”.")
    smtp_url: SecretStr | None = Field(
        None, description="Mail server: smtp://user:password@host:587 or smtps://…; without it no e-mail is sent."
    )
    mail_from: str | None = Field(None, description="Address that e-mails come from, such as Fern <help@example.com>.")
    support_hours: str = Field(
        "Mon-Fri 09:00-17:30, Sat 10:00-16:00",
        description="When people answer; promises are made by it. What is set at the desk wins.",
    )
    time_zone: str = Field("Europe/London", description="Zone of SUPPORT_HOURS and HOLIDAYS.")
    holidays: str = Field(
        "", description="Days on which nobody answers, such as 2026-12-24, 12-25; without a year: every year."
    )
    departments: str = Field(
        "order_status=orders, cancel_order=orders, reorder=orders, change_address=delivery, return_item=returns",
        description="Whose matter each task is, as topic=department; a question is that of its FAQ entry.",
    )
    offer_seconds: Annotated[float, Field(ge=0)] = Field(
        60.0,
        description="Seconds that a waiting conversation is offered to one agent before the next; a minute lets them "
        "end a sentence. 0: no offers, agents take from the queue.",
    )
    patience_hours: Annotated[float, Field(ge=0)] = Field(
        0.0,
        description="Hours without a word after which who waits for a person is taken to have left. 0: never, so that "
        "nobody is dropped.",
    )
    ask_if_solved: bool = Field(
        True,
        description="Whether customers are asked once, when an agent has resolved their request, if it is solved.",
    )
    escalation: str = Field(
        "",
        description="Reasons to call a person that are dealt with otherwise than usual, such as press=off, "
        "misunderstood=at_once; docs/escalation.md lists them.",
    )
    remind_minutes: Annotated[float, Field(ge=0)] = Field(
        30.0,
        description="Minutes before its time that who owes a promise is reminded: time enough to keep it.",
    )
    retention_months: Annotated[int, Field(ge=0)] = Field(
        24, description="Months after the last contact in which a customer is kept; then erased. 0: kept for good."
    )
    visitor_per_minute: Annotated[float, Field(ge=0)] = Field(
        60.0,
        description="Messages a minute from one visitor of the website; people type a dozen. 0: no limit.",
    )
    address_per_minute: Annotated[float, Field(ge=0)] = Field(
        600.0,
        description="Messages and new visitors a minute from one network address, other than this machine's own; an "
        "office shares one. 0: no limit.",
    )
    all_per_minute: Annotated[float, Field(ge=0)] = Field(
        12_000.0,
        description="Messages a minute that a gateway takes from the website and REST together; several times what a "
        "worker answers. 0: no limit.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Proxies whose X-Forwarded-For tells where visitors come from: addresses or networks, by commas.",
    )
    shop_path: Path = Field(Path(".var/shop.sqlite"), description="The sample shop's own database file.")
    demo: Demo = Field(Demo.ON, description="on: demo page on loopback only; public: on any address; off.")
    log_level: str = Field("info", description="debug, info, warning or error.")
    _of_channels: Mapping[str, ChannelOptions] = PrivateAttr(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ValueError("no such time zone; use a name such as Europe/London") from exc
        return name

    @field_validator("escalation")
    @classmethod
    def _known_reasons(cls, text: str) -> str:
        read_escalation(text)
        return text

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: DatabaseUrl) -> DatabaseUrl:
        if not url.get_secret_value().startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("start it with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return url

    @field_validator("departments")
    @classmethod
    def _known_pairs(cls, text: str) -> str:
        if not all(_PAIR.fullmatch(part.strip()) for part in text.split(",") if part.strip()):
            raise ValueError("use topic=department, separated by commas")
        return text

    @field_validator("admin_password")
    @classmethod
    def _long_enough(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and len(password.get_secret_value()) < 8:
            raise ValueError("use at least 8 characters")
        return password

    @field_validator("identity_secret", "session_secret")
    @classmethod
    def _strong_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < 8:
            raise ValueError("use at least 8 characters; 32 random ones are better")
        return secret

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            MailServer.parse(url.get_secret_value())
        return url

    @field_validator("mail_from")
    @classmethod
    def _mail_address(cls, address: str | None) -> str | None:
        return mail_address(address)

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, issuer: str | None) -> str | None:
        if issuer is not None and not re.match(r"https://[^/]|http://(?:127\.0\.0\.1|localhost)(?:[:/]|$)", issuer):
            raise ValueError("use an https address such as https://login.example.com")
        return issuer

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("use debug, info, warning or error")
        return level.lower()

    @property
    def of_channels(self) -> Mapping[str, ChannelOptions]:
        """The settings of the channels that have some, by the channel's name."""
        return self._of_channels

    def with_channels(self, of_channels: Mapping[str, ChannelOptions]) -> Settings:
        """The same, with the settings of channels beside them."""
        settings = self.model_copy()
        settings._of_channels = of_channels
        return settings

    def of(self, kind: type[_Options]) -> _Options:
        """Those of one channel, by their class."""
        return next((options for options in self._of_channels.values() if isinstance(options, kind)), kind())

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"127.0.0.1", "localhost", "::1"}

    @property
    def links_lead_here_only(self) -> bool:
        """Whether customers who aren't on this machine get links that they may be unable to open."""
        reaches_far = any(options.reaches_far for options in self._of_channels.values())
        return self.public_url is None and (reaches_far or not self.is_loopback)

    @property
    def silence(self) -> timedelta:
        """How long a silence must be to be greeted with where things stand."""
        return timedelta(seconds=self.resume_after)

    @property
    def remind_before(self) -> timedelta:
        """How long before its time a promise is reminded of."""
        return timedelta(minutes=self.remind_minutes)

    @property
    def patience(self) -> timedelta | None:
        """How long who waits for a person may be silent; None: for as long as it takes."""
        return timedelta(hours=self.patience_hours) or None

    @property
    def handled_otherwise(self) -> Escalation:
        """The reasons to call a person that the operator has decided on."""
        return read_escalation(self.escalation)

    @property
    def abandonment(self) -> timedelta:
        """How long a case may lie untouched before it is given up."""
        return timedelta(days=self.abandon_after)

    @property
    def department_of(self) -> Mapping[str, str]:
        """The department of each topic."""
        pairs = (part.split("=") for part in self.departments.split(",") if part.strip())
        return {topic.strip(): department.strip() for topic, department in pairs}

    @property
    def origins(self) -> tuple[str, ...]:
        """The sites that may embed the widget."""
        return _listed(self.allowed_origins)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The sites whose pictures may stand in the bot's words."""
        return _listed(self.image_origins)


def _listed(origins: str) -> tuple[str, ...]:
    return tuple(origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip())


def mail_address(address: str | None) -> str | None:
    """Raises ValueError for what is no e-mail address."""
    if address is not None and "@" not in parseaddr(address)[1]:
        raise ValueError("use an e-mail address such as help@example.com")
    return address
