"""The demo shop: one page with the widget on it, and logins as the sample customers. Only included in demo mode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParam
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict

from bot.channels.web.assets import built
from bot.http import ApiError, error_responses
from bot.identity import IdentityTokens
from memory.model import Identity

_HERE = Path(__file__).parent
_LOGIN_SECONDS = 8 * 3600
_BRIEFLY = "no-cache"
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Customers = Callable[[], Awaitable[Sequence[Mapping[str, Any]]]]
"""Lists the sample customers: `id`, `name`, `email`, `orders`."""


class LoginRequest(BaseModel):
    """Which sample customer to be."""

    model_config = ConfigDict(extra="forbid")
    id: str


class LoginResponse(BaseModel):
    """What a real shop's page would hand to the widget for its logged-in customer."""

    identity: str
    name: str


def demo_router(*, customers: Customers, tokens: IdentityTokens) -> APIRouter:
    """The demo page and its logins."""
    shop = _DemoShop(customers, tokens)
    router = APIRouter(tags=["demo"])
    router.add_api_route("/", page, methods=["GET"], include_in_schema=False)
    router.add_api_route("/demo/shop.css", stylesheet, methods=["GET"], include_in_schema=False)
    router.add_api_route("/demo/pictures/{sku}.svg", picture, methods=["GET"], include_in_schema=False)
    router.add_api_route("/demo/shop.js", script, methods=["GET"], include_in_schema=False)
    router.add_api_route("/demo/customers", shop.customers, methods=["GET"])
    router.add_api_route(
        "/demo/login", shop.login, methods=["POST"], response_model=LoginResponse, responses=error_responses(404, 422)
    )
    return router


async def page() -> FileResponse:
    """The shop's page, under the strict policy that a careful shop would set."""
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": _BRIEFLY}
    return FileResponse(_HERE / "index.html", media_type="text/html", headers=headers)


async def stylesheet() -> FileResponse:
    """The shop's looks."""
    return FileResponse(_HERE / "shop.css", media_type="text/css", headers={"Cache-Control": _BRIEFLY})


async def picture(sku: Annotated[str, PathParam(pattern=r"^[a-z0-9-]+$")]) -> FileResponse:
    """A drawing of a product, for the shop's page and for the cards in the chat, which may be on another site."""
    path = _HERE / "pictures" / f"{sku}.svg"
    if not path.is_file():
        raise ApiError(404, "not_found", "There is no drawing of that.")
    headers = {"Cache-Control": _BRIEFLY, "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(path, media_type="image/svg+xml", headers=headers)


async def script() -> FileResponse:
    """The bar that logs in and out."""
    return built("shop.js", _BRIEFLY)


class _DemoShop:
    def __init__(self, customers: Customers, tokens: IdentityTokens) -> None:
        self._customers = customers
        self._tokens = tokens

    async def customers(self) -> list[Mapping[str, Any]]:
        """The sample customers and their orders."""
        return list(await self._customers())

    async def login(self, body: LoginRequest) -> LoginResponse:
        """Log in as one of them, without a password: they are nobody."""
        for customer in await self._customers():
            if str(customer["id"]) == body.id:
                identity = Identity(body.id, customer.get("name"), customer.get("email"))
                return LoginResponse(identity=self._tokens.sign(identity, _LOGIN_SECONDS), name=customer["name"])
        raise ApiError(404, "unknown_customer", "There is no sample customer with this id; see /demo/customers.")
