"""`bot customer show`, `export`, `forget` and `events`, as an operator types them, over a SQLite file."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.bootstrap.given import utc_now
from bot.customer_commands import customer_cli
from memory.model import Address, CustomerId, Deed, Doer, Inbound, LearnFact, Outcome, Proof, Reply
from tests.remembering import open_memory


def typed(*words: object, answer: str = "") -> Result:
    """What a command printed, and how it ended."""
    return CliRunner().invoke(customer_cli, [str(word) for word in words], input=answer)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'memory.sqlite'}"
    monkeypatch.setenv("THREADKEEPER_DATABASE_URL", url)
    return url


@pytest.fixture
def ana(url: str) -> CustomerId:
    """Somebody who said that she wears XL."""

    async def talk() -> CustomerId:
        async with open_memory(url, clock=utc_now) as memory:
            accepted = await memory.inbox.accept(Inbound(Address("telegram", "7"), "m-1", "I wear XL", Proof.PLATFORM))
            async with memory.turns.claim() as turn:
                assert turn is not None
                await turn.commit(Outcome([Reply("Noted.")], records=[LearnFact("size", "XL")]))
            return accepted.customer_id

    return asyncio.run(talk())


def test_what_is_kept_is_counted_and_the_facts_are_told(ana: CustomerId) -> None:
    shown = typed("show", ana)
    assert shown.exit_code == 0, shown.output
    assert "messages" in shown.output
    assert "size: XL" in shown.output


def test_both_files_are_written(ana: CustomerId, tmp_path: Path) -> None:
    assert typed("export", ana, "--to", tmp_path / "ana").exit_code == 0
    read = json.loads((tmp_path / "ana" / "my-data.json").read_text("utf-8"))
    assert [said["text"] for said in read["messages"]] == ["I wear XL", "Noted."]
    assert "I wear XL" in (tmp_path / "ana" / "my-data.html").read_text("utf-8")


def test_erasing_asks_first(ana: CustomerId) -> None:
    assert typed("forget", ana, answer="n\n").exit_code == 1
    assert typed("show", ana).exit_code == 0


def test_an_erased_customer_is_gone_and_the_audit_log_has_it(ana: CustomerId, url: str) -> None:
    done = typed("forget", ana, "--yes")
    assert done.exit_code == 0
    assert typed("show", ana).exit_code == 1

    async def latest() -> tuple[Deed, Doer, bool]:
        async with open_memory(url, clock=utc_now) as memory:
            (entry,) = await memory.custody.audit(1)
            return entry.deed, entry.by, str(entry.reference) in done.output

    assert asyncio.run(latest()) == (Deed.ERASED_CUSTOMER, Doer.OPERATOR, True)


@pytest.mark.parametrize("command", [("show",), ("export",), ("forget", "--yes"), ("events",)])
@pytest.mark.usefixtures("url")
def test_somebody_unknown_is_named_as_such(command: tuple[str, ...]) -> None:
    refused = typed(*command, "nobody")
    assert refused.exit_code == 1
    assert "There is no such customer." in refused.stderr


def test_a_conversation_is_printed_as_a_story(ana: CustomerId) -> None:
    printed = typed("events", ana)
    (story,) = yaml.safe_load(printed.output)["stories"]
    assert story == {"story": ana, "steps": [{"user": "I wear XL"}, {"bot": "Noted."}]}
