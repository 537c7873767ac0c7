"""Secrets from the settings stand in no log, no page, no answer and no message of an error."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.doctor import examine
from bot.reading_settings import all_fields, load_settings
from bot.settings import PREFIX, PROJECT, InvalidSetting
from tests.doubles.telegram import BotApi
from tests.server import END_SECONDS, Server

MARK = "zq7Xk"
"""Stands in every secret, and nowhere else."""
SECRETS: Mapping[str, str] = {
    "API_TOKEN": f"{MARK}-api-token",
    "IDENTITY_SECRET": f"{MARK}-identity-secret-of-thirty-two",
    "SESSION_SECRET": f"{MARK}-session-secret-of-thirty-two-",
    "ADMIN_PASSWORD": f"{MARK} the admin's",
    "OIDC_CLIENT_SECRET": f"{MARK}-oidc",
    "TELEGRAM_TOKEN": f"110201543:{MARK}GqTOKEN",
    "TELEGRAM_WEBHOOK_SECRET": f"{MARK}-webhook",
    "SMTP_URL": f"smtp://help:{MARK}@127.0.0.1:1",
    "EMAIL_IMAP_URL": f"imap://help:{MARK}@127.0.0.1:1",
}
OTHERS = {"ADMIN_EMAIL": "mara@fernhill.example", "MAIL_FROM": "Fern <help@fernhill.example>", "LOG_LEVEL": "debug"}
DATABASE = f"postgresql+asyncpg://keeper:{MARK}@127.0.0.1:1/memory"
WRONG: Mapping[str, str] = {
    "DATABASE_URL": f"mysql://keeper:{MARK}@127.0.0.1/memory",
    "SMTP_URL": f"http://help:{MARK}@127.0.0.1",
    "EMAIL_IMAP_URL": f"imaps://help:{MARK}/{MARK}@127.0.0.1",
    "IDENTITY_SECRET": MARK,
    "SESSION_SECRET": MARK,
    "ADMIN_PASSWORD": MARK,
}
LOGIN = {"email": "mara@fernhill.example", "password": f"{MARK} not the admin's"}
ORDER = {"sender": "ana", "message": {"not": f"{MARK}"}}


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"{PREFIX}{name}": value for name, value in settings.items()}


def test_every_secret_that_can_be_set_is_looked_for() -> None:
    fields = all_fields().items()
    secret = {name.upper() for name, field in fields if "SecretStr" in str(field.annotation)}
    assert secret == set(SECRETS)
    settings = load_settings(as_environment({**SECRETS, **OTHERS, "DATABASE_URL": DATABASE}))
    parts = (settings, *settings.of_channels.values())
    assert sum(isinstance(value, SecretStr) for part in parts for _, value in part) == len(SECRETS) + 1
    assert MARK not in f"{parts} {settings.database_url}"


def test_doctor_shows_none() -> None:
    said = io.StringIO()
    well = examine(
        as_environment({**SECRETS, **OTHERS, "DATABASE_URL": DATABASE}),
        Console(file=said, width=200, color_system=None),
    )
    assert not well
    assert "postgresql+asyncpg://keeper:***@127.0.0.1:1/memory" in said.getvalue()
    assert MARK not in said.getvalue()


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_one_is_told_without_it(name: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings(as_environment({name: WRONG[name]}))
    assert MARK not in str(caught.value)


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--port", "0"],
        cwd=PROJECT,
        env=os.environ | as_environment({"DATABASE_URL": DATABASE}),
        capture_output=True,
        text=True,
        timeout=6 * END_SECONDS,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("The database can't be opened: ")
    assert "THREADKEEPER_DATABASE_URL" in line
    assert MARK not in line + ended.stdout


async def test_a_server_that_logs_everything_tells_none(tmp_path: Path) -> None:
    with BotApi() as api:
        away = {"TELEGRAM_BASE_URL": api.base_url}  # where our token is not known
        with Server(tmp_path, {**SECRETS, **OTHERS, **away}) as server:
            answers = await everything(server.url)
        log = server.log.read_text("utf-8")
    assert {answer.status_code for answer in answers} >= {200, 401, 404, 422}
    for answer in answers:
        assert MARK not in answer.text + str(answer.headers), answer.url
    assert "telegram" in log
    assert MARK not in log


async def everything(url: str) -> list[httpx.Response]:
    """Pages, and answers to what is wrong in every way that a secret may take part in."""
    bearer = {"Authorization": f"Bearer {SECRETS['API_TOKEN']}"}
    wrong = {"Authorization": f"Bearer {MARK}"}
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        pages = ("/", "/docs", "/openapi.json", "/metrics", "/health/live", "/health/ready", "/desk", "/nowhere")
        return [
            *[await client.get(page) for page in pages],
            await client.post("/webhooks/rest/webhook", json={"sender": "ana", "message": "hello"}, headers=bearer),
            await client.post("/webhooks/rest/webhook", json=ORDER, headers=bearer),
            await client.post("/webhooks/rest/webhook", content=f"{{{MARK}", headers=bearer),
            await client.post("/webhooks/rest/webhook", json=ORDER, headers=wrong),
            await client.post("/api/visitor", json={"identity": f"{MARK}.{MARK}.{MARK}"}),
            await client.get("/api/visitor/messages", headers=wrong),
            await client.post("/api/desk/login", json=LOGIN),
            await client.post("/api/desk/login", json={**LOGIN, "password": {"is": MARK}}),
            await client.get("/api/desk/me", headers=wrong),
            await client.post(f"/webhooks/telegram/{MARK}", json={}),
        ]
