"""How the built page is served."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.desk.pages import desk_pages


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>Desk</title>")
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "assets" / "index-abc.js").write_text("start()")
    (tmp_path / "secret.txt").write_text("secret")
    return client_of(dist)


def client_of(dist: Path) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(desk_pages(dist))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test")


@pytest.mark.parametrize("path", ["/desk", "/desk/", "/desk/h/0123abc"])
async def test_every_place_in_the_page_is_the_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>Desk</title>")
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_may_run_its_own_scripts_only(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/desk")).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


async def test_assets_are_kept_for_ever_as_their_names_change_with_them(client: httpx.AsyncClient) -> None:
    answer = await client.get("/desk/assets/index-abc.js")
    assert answer.text == "start()"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path", ["/desk/assets/gone.js", "/desk/%2e%2e/secret.txt", "/desk/..%2fsecret.txt", "/desk/a%00.js"]
)
async def test_what_is_not_there_is_not_found_and_nothing_outside_is_shown(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_an_unbuilt_page_says_how_to_build_it(tmp_path: Path) -> None:
    answer = await client_of(tmp_path / "nothing").get("/desk")
    assert answer.status_code == 503
    assert "npm run build" in answer.text
