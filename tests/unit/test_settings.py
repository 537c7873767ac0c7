from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading_settings import all_fields, load_settings
from bot.settings import Demo, InvalidSetting


def test_without_any_variable_everything_has_a_default() -> None:
    settings = load_settings({"PATH": "/bin", "HOME": "/"})

    assert settings.port == 8080
    assert settings.is_loopback
    assert settings.silence.total_seconds() == 1800
    assert settings.demo is Demo.ON


def test_a_variable_sets_the_field_of_its_name() -> None:
    settings = load_settings({"THREADKEEPER_PORT": "9000", "THREADKEEPER_RESUME_AFTER": "60"})

    assert settings.port == 9000
    assert settings.resume_after == 60


def test_a_secret_can_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("a-long-secret-token\n")

    settings = load_settings({"THREADKEEPER_API_TOKEN_FILE": str(secret)})

    assert settings.api_token is not None
    assert settings.api_token.get_secret_value() == "a-long-secret-token"
    assert "a-long-secret-token" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PORT", "eighty", "THREADKEEPER_PORT"),
        ("PORT", "70000", "THREADKEEPER_PORT"),
        ("RESUME_AFTER", "-1", "THREADKEEPER_RESUME_AFTER"),
        ("DATABASE_URL", "mysql://x", "sqlite+aiosqlite"),
        ("TIME_ZONE", "Mars/Olympus", "Europe/London"),
        ("DEMO", "maybe", "THREADKEEPER_DEMO"),
        ("IDENTITY_SECRET", "short", "8 characters"),
        ("ADMIN_PASSWORD", "short", "8 characters"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("PROT", "80", "no such setting"),
        ("EMAIL_IMAP_URL", "imap.example.com", "imaps://user:password@host:993"),
        ("EMAIL_IMAP_URL", "imaps://imap.example.com", "user and password"),
        ("EMAIL_IMAP_URL", "imaps://a:b/c@imap.example.com", "%2F"),
        ("EMAIL_IMAP_URL", "smtp://a:b@imap.example.com", "imaps://"),
        ("EMAIL_ADDRESS", "help", "help@example.com"),
        ("EMAIL_ANSWERS_PER_HOUR", "0", "THREADKEEPER_EMAIL_ANSWERS_PER_HOUR"),
        ("API_TOKEN_FILE", "/nowhere/at/all", "can't be read"),
    ],
)
def test_a_bad_value_gives_one_line_that_names_the_variable(variable: str, value: str, said: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({f"THREADKEEPER_{variable}": value})

    message = str(caught.value)
    assert said in message
    assert message.startswith("THREADKEEPER_")
    assert "\n" not in message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://keeper:a@:/b?c#d@db.example:5432/memory",
        "postgresql+asyncpg://keeper:a%40b@db.example/memory?password=also&ssl=require",
    ],
)
def test_an_address_of_a_database_shows_without_its_password(url: str) -> None:
    settings = load_settings({"THREADKEEPER_DATABASE_URL": url})

    assert settings.database_url.get_secret_value() == url
    shown = f"{settings.database_url} {settings!r}"
    assert "keeper:***@db.example" in shown
    assert not any(secret in shown for secret in ("a@", "a%40b", "also"))


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in all_fields().values())
