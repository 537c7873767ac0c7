"""Signing in at the desk by the operator's own login: OpenID Connect, authorization code with PKCE.

What a sign-in under way needs to remember lies in a signed cookie of the browser that began it. Built by
`bot.bootstrap` from settings, used by `bot.desk.oidc_routes`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import jwt
import structlog

log = structlog.get_logger()

CALLBACK: Final = "/api/desk/oidc/callback"
UNDER_WAY_FOR: Final = timedelta(minutes=10)
"""How long somebody may take to sign in at the provider."""

PATIENCE: Final = 10.0
"""Seconds that the provider has for an answer."""

_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key that only the provider has; a shared secret is none."""

_CLOCKS_APART: Final = 60
"""Seconds by which the provider's clock may be off."""


class SignInRefused(Exception):
    """The provider's answer can't be used. `code` says why, for the page to tell."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom to ask, who we are there, and how the button is called."""

    issuer: str
    client_id: str
    client_secret: str | None
    name: str


class Oidc:
    """Sends browsers to the provider, and reads whom it sends back."""

    def __init__(
        self,
        *,
        provider: Provider,
        url: str,
        key: bytes,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = provider.name
        self._provider = provider
        self._callback = url.rstrip("/") + CALLBACK
        self._key = key
        self._now = now
        self._transport = transport

    async def begin(self) -> tuple[str, str]:
        """Where to send the browser, and the cookie that it must bring back. Raises SignInRefused."""
        async with self._client() as client:
            found = await self._discover(client)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._callback,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        until = self._now() + UNDER_WAY_FOR
        claims = {"state": state, "nonce": nonce, "verifier": verifier, "exp": until.timestamp()}
        at = str(found["authorization_endpoint"])
        return f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}", jwt.encode(claims, self._key, algorithm="HS256")

    async def finish(self, code: str, state: str, cookie: str) -> str:
        """The verified e-mail of who comes back. Raises SignInRefused."""
        begun = self._begun(cookie)
        if not hmac.compare_digest(str(begun["state"]).encode(), state.encode()):
            raise SignInRefused("stale", "the state is not that of this browser's sign-in")
        async with self._client() as client:
            found = await self._discover(client)
            token = await self._exchange(client, found, code, str(begun["verifier"]))
            claims = await self._read(client, found, token)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), str(begun["nonce"]).encode()):
            raise SignInRefused("provider", "the token is not for this sign-in")
        email = claims.get("email")
        if not isinstance(email, str) or not email or claims.get("email_verified") is not True:
            raise SignInRefused("unverified", "the provider does not vouch for an e-mail address")
        return email

    def _begun(self, cookie: str) -> Mapping[str, Any]:
        try:
            begun: Mapping[str, Any] = jwt.decode(
                cookie,
                self._key,
                algorithms=["HS256"],
                options={"require": ["exp", "state", "nonce", "verifier"], "verify_exp": False},
            )
        except jwt.InvalidTokenError as exc:
            raise SignInRefused("stale", "no sign-in was begun in this browser") from exc
        if float(begun["exp"]) <= self._now().timestamp():
            raise SignInRefused("stale", "the sign-in took too long")
        return begun

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=PATIENCE, transport=self._transport, follow_redirects=False)

    async def _discover(self, client: httpx.AsyncClient) -> Mapping[str, Any]:
        issuer = self._provider.issuer
        found = await _json(client.get(issuer.rstrip("/") + "/.well-known/openid-configuration"))
        if found.get("issuer") != issuer:
            raise SignInRefused("provider", f"{issuer} says that it is {found.get('issuer')!r}")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
        if missing:
            raise SignInRefused("provider", f"{issuer} does not name its {', '.join(sorted(missing))}")
        return found

    async def _exchange(self, client: httpx.AsyncClient, found: Mapping[str, Any], code: str, verifier: str) -> str:
        """The id token for a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._callback}
        form |= {"client_id": self._provider.client_id, "code_verifier": verifier}
        if self._provider.client_secret is not None:
            form["client_secret"] = self._provider.client_secret
        answer = await _json(client.post(str(found["token_endpoint"]), data=form))
        if not isinstance(answer.get("id_token"), str):
            raise SignInRefused("provider", "there is no id token in the answer")
        return str(answer["id_token"])

    async def _read(self, client: httpx.AsyncClient, found: Mapping[str, Any], token: str) -> Mapping[str, Any]:
        """The claims of an id token that the provider has signed for us."""
        keys = await _json(client.get(str(found["jwks_uri"])))
        try:
            key = _key_of(token, jwt.PyJWKSet.from_dict(dict(keys)))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._provider.client_id,
                issuer=self._provider.issuer,
                leeway=_CLOCKS_APART,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as exc:
            raise SignInRefused("provider", f"the id token can't be trusted ({type(exc).__name__})") from exc
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise SignInRefused("provider", "the id token was made for another application")
        return claims


def cookie_key(session_secret: str) -> bytes:
    """What signs the cookie: made from the secret that all gateways share."""
    return hmac.digest(session_secret.encode(), b"oidc sign-in", "sha256")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _key_of(token: str, keys: jwt.PyJWKSet) -> jwt.PyJWK:
    """The key that a token names; the only one, where it names none."""
    name = jwt.get_unverified_header(token).get("kid")
    if name is None and len(keys.keys) == 1:
        return keys.keys[0]
    return keys[str(name)]


async def _json(request: Any) -> Mapping[str, Any]:
    """The provider's answer. Raises SignInRefused when there is none that can be read."""
    try:
        answer = (await request).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as exc:
        log.warning("oidc_provider_failed", error=type(exc).__name__)
        raise SignInRefused("provider", f"the provider did not answer as it should ({type(exc).__name__})") from exc
    if not isinstance(answer, dict):
        raise SignInRefused("provider", "the provider's answer is no object")
    return answer
