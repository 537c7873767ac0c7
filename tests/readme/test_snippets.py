"""What README and guides show is true: commands exist, code runs, links lead somewhere, the transcript is real."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
import yaml

from bot.__main__ import cli
from bot.identity import IdentityTokens
from bot.notices import NewNotice
from bot.reading_settings import load_settings
from bot.settings import PREFIX, PROJECT
from memory.model import Identity
from tests.readme.pages import GUIDES, PAGES, TEACHING, Block, anchors, blocks, blocks_of, links, settings_table
from tests.server import IDENTITY_SECRET, Server

SCRIPTS = {"scripts/serve", "scripts/test"}
ELSEWHERE = {"sqlite3", "cp"}
"""Commands that are not ours."""
ANA = IdentityTokens(secret=IDENTITY_SECRET).sign(Identity("c-101", "Ana Novak", "ana.novak@example.com"), 3600)
THE_CUT = "---"


# Commands


def command_lines() -> list[tuple[Block, str]]:
    return [
        (block, line) for block in blocks("sh") for line in block.text.replace("\\\n", " ").splitlines() if line.strip()
    ]


@pytest.mark.parametrize(("block", "line"), command_lines(), ids=str)
def test_every_command_that_is_shown_exists(block: Block, line: str) -> None:
    program, *arguments = shlex.split(line.partition(" > ")[0])  # where the output goes is the shell's business
    if program == "uv":
        assert arguments[:2] == ["run", "bot"], line
        _parse(typer.main.get_command(cli), arguments[2:])
    elif program == "export":
        name, _, value = arguments[0].partition("=")
        load_settings({name: value})
        assert name.startswith(PREFIX)
    elif program in SCRIPTS:
        assert os.access(PROJECT / program, os.X_OK)
    else:
        assert program in ELSEWHERE | {"curl"}


def _parse(command: Any, arguments: Sequence[str]) -> None:
    """Read a command line as the program would, without doing what it says."""
    rest = list(arguments)
    while hasattr(command, "commands"):
        assert rest[0] in command.commands, f"there is no command {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    accepted = {option for parameter in command.params for option in parameter.opts}
    assert {argument for argument in rest if argument.startswith("--")} <= accepted
    context = command.make_context("bot", rest, resilient_parsing=True)  # does not ask for what is left out
    assert not context.args, f"{context.args} is too much"


def test_what_curl_sends_is_answered(server: Server) -> None:
    for _, line in command_lines():
        program, *arguments = shlex.split(line)
        if program != "curl":
            continue
        url = next(each for each in arguments if each.startswith("http"))
        body = json.loads(arguments[arguments.index("-d") + 1])
        answer = httpx.post(url.replace("http://127.0.0.1:8080", server.url), json=body, timeout=40)
        assert answer.status_code == httpx.codes.OK, answer.text
        assert "60 days" in answer.json()[0]["text"]


@pytest.mark.parametrize("block", blocks("http"), ids=str)
def test_what_is_posted_has_the_form_that_the_route_takes(block: Block) -> None:
    head, body = block.text.split("\n\n")
    assert head.splitlines()[0] == "POST /api/notices"
    assert NewNotice.model_validate_json(body).notice_id


# Code


@pytest.mark.parametrize("block", [each for each in blocks("python") if each.page != TEACHING], ids=str)
def test_every_piece_of_python_runs(block: Block) -> None:
    names: dict[str, object] = {}
    exec(compile(block.text, str(block), "exec"), names)
    assert len(names) > 1


def test_the_token_of_the_website_guide_is_accepted() -> None:
    (block,) = [each for each in blocks("python") if each.page.name == "put-it-on-your-site.md"]
    names: dict[str, object] = {}
    exec(compile(block.text, str(block), "exec"), names)
    sign = names["chat_identity"]
    assert callable(sign)
    token = sign("c-101", "Ana Novak", "ana.novak@example.com", IDENTITY_SECRET)
    assert IdentityTokens(secret=IDENTITY_SECRET).verify(token).subject == "c-101"


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_every_piece_of_yaml_can_be_read(block: Block) -> None:
    assert isinstance(yaml.safe_load(block.text), dict)


@pytest.mark.parametrize("block", blocks("html"), ids=str)
def test_every_attribute_that_is_shown_is_one_the_widget_reads(block: Block) -> None:
    widget = PROJECT / "bot/channels/web/widget"
    sources = "\n".join(file.read_text("utf-8") for file in sorted(widget.glob("*.ts")))
    for name in re.findall(r"data-(\w+)=", block.text):
        assert re.search(rf"dataset\.{name}\b|\b{name}\b[^\n]*= host\.settings", sources), f"data-{name}"


def test_the_task_that_is_taught_is_learnt_as_the_page_tells_it(tmp_path: Path) -> None:
    for name in ("config.yml", "domain.yml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    # Without the FAQ, which takes most of a training's time.
    shutil.copytree(PROJECT / "nlu_data", tmp_path / "nlu_data", ignore=shutil.ignore_patterns("faq", "faq.yml"))
    shutil.copytree(PROJECT / "actions", tmp_path / "actions", ignore=shutil.ignore_patterns("__pycache__"))
    _follow(TEACHING, tmp_path)

    told = _talk(tmp_path, "could I have a copy of the invoice, please", "I also need the invoice for order 1013")

    assert "Log in" in told[0]["replies"][0]
    assert "invoices/1042" in told[1]["replies"][0]
    assert "invoices/1013" in told[2]["replies"][0]
    assert any("OpenCase" in record and "1013" in record for record in told[2]["records"])


def _follow(page: Path, project: Path) -> None:
    """Make a page's edits: its first line names the file; lists are added to, new files are written."""
    for block in blocks_of(page):
        if block.kind not in {"yaml", "python"}:
            continue
        target = project / block.text.splitlines()[0].removeprefix("# ")
        if not target.exists():
            target.write_text(block.text, "utf-8")
            continue
        content = yaml.safe_load(target.read_text("utf-8"))
        for key, more in yaml.safe_load(block.text).items():
            content[key] = [*content[key], *more]
        target.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")


def _talk(project: Path, *lines: str) -> list[dict[str, list[str]]]:
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(project), str(PROJECT)]),
        "PYTHONWARNINGS": "ignore",
        "THREADKEEPER_SHOP_PATH": str(project / "shop.sqlite"),
    }
    (project / ".var").mkdir()
    if (PROJECT / ".var/encoder").is_dir():
        (project / ".var/encoder").symlink_to(PROJECT / ".var/encoder")
    done = subprocess.run(
        [sys.executable, str(PROJECT / "tests/readme/taught.py"), *lines],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told: list[dict[str, list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return told


# Links, pictures, settings


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}, which does not exist"
        assert not anchor or anchor in anchors(file), f"{page.name} links to {target}, which has no such heading"


def test_every_decision_is_in_the_index() -> None:
    folder = PROJECT / "docs/decisions"
    pages = sorted(page.name for page in folder.glob("0*.md"))
    assert links(folder / "README.md") == pages


@pytest.mark.parametrize("name", ["widget.png", "desk.png"])
def test_pictures_are_small_enough_to_be_loaded_with_the_page(name: str) -> None:
    assert (PROJECT / "docs/images" / name).stat().st_size < 300_000


def test_the_page_of_settings_lists_them_all_as_they_are() -> None:
    content = (PROJECT / "docs/settings.md").read_text("utf-8")
    shown = re.search(r"<!-- settings:[^>]*-->\n(.*)\n<!-- end of settings -->", content, re.DOTALL)
    assert shown is not None
    assert shown[1] == settings_table(), f"docs/settings.md should hold:\n{settings_table()}"


def test_every_setting_that_is_mentioned_exists() -> None:
    known = {line.split("`")[1] for line in settings_table().splitlines()[2:]}
    for page in GUIDES:
        for name in re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", page.read_text("utf-8")):
            assert name.removesuffix("_FILE") in known or name in known, f"{page.name} speaks of {name}"


# The transcript


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop where nobody has sent anything back yet, so that the first label is the one in the README."""
    with Server(tmp_path_factory.mktemp("readme")) as running:
        yield running


def test_the_transcript_is_what_the_server_says(server: Server) -> None:
    (block,) = [each for each in blocks_of(PROJECT / "README.md") if each.text.startswith("Ana:")]
    told: list[str] = []
    for line in _spoken(block.text):
        if line.startswith(THE_CUT):
            server.kill()
            _let_a_day_go_by(server.folder / "memory.sqlite")
            server.start()
            told.append(line)
        elif line.startswith("Ana: "):
            told.append(line)
            told += [f"Fern: {reply}" for reply in _say(server, line.removeprefix("Ana: "))]
    assert [_undated(line) for line in told] == [_undated(line) for line in _spoken(block.text)]


def _spoken(text: str) -> list[str]:
    """One line for each message, however it was wrapped."""
    spoken: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        if line[0] != " " or line.strip().startswith(THE_CUT):
            spoken.append(" ".join(line.split()))
        else:
            spoken[-1] += " " + " ".join(line.split())
    return spoken


def _say(server: Server, message: str) -> list[str]:
    body = {"sender": "readme", "message": message, "identity": ANA}
    answer = httpx.post(f"{server.url}/webhooks/rest/webhook", json=body, timeout=40)
    assert answer.status_code == httpx.codes.OK, answer.text
    return [
        " ".join([reply["text"], *(f"[{button['title']}]" for button in reply.get("buttons", ()))])
        for reply in answer.json()
    ]


def _let_a_day_go_by(database: Path) -> None:
    """Make the last contact a day older, while no process has the file open."""
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(
            "UPDATE customers SET last_contact_at = strftime('%Y-%m-%d %H:%M:%f000', last_contact_at, '-1 day')"
        )
    connection.close()


def _undated(line: str) -> str:
    """A line without what depends on the day and the hour."""
    line = re.sub(r"\b(?:today|tomorrow|(?:on|by) \w+day(?: \d{1,2} \w+)?(?: \d{4})?)(?=[ .])", "«day»", line)
    return re.sub(r"by \d\d:\d\d", "«time»", line)
