"""Proof of who somebody is: the host site's signed tokens and our own visitor tokens. Used by the channels."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import jwt

from memory.model import Identity

_ALGORITHM = "HS256"
_ANONYMOUS_SECONDS = 180 * 86400
"""How long an anonymous visitor's browser is recognised; long enough for "days later", short enough to forget."""
_IDENTIFIED_SECONDS = 86400
"""How long a login at the host site counts here; the widget then asks the site for a new identity."""


class InvalidIdentity(Exception):
    """The identity token can't be trusted. Sign it with IDENTITY_SECRET (HS256), with `sub` and a future `exp`."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


class InvalidVisitor(Exception):
    """The visitor token is not ours or has expired. Ask for a new one."""


class IdentityTokens:
    """Checks the tokens with which the host site says who its customer is."""

    def __init__(self, *, secret: str | None) -> None:
        self._secret = secret

    def verify(self, token: str) -> Identity:
        """Read a token (JWT, HS256, `sub` and `exp` required). Raises InvalidIdentity, naming what is wrong."""
        if self._secret is None:
            raise InvalidIdentity("This server has no IDENTITY_SECRET, so it can't check identity tokens.")
        try:
            claims = jwt.decode(token, self._secret, algorithms=[_ALGORITHM], options={"require": ["exp", "sub"]})
        except jwt.ExpiredSignatureError as exc:
            raise InvalidIdentity("The identity token has expired.") from exc
        except jwt.InvalidTokenError as exc:
            raise InvalidIdentity("The identity token is not valid.") from exc
        if not (subject := _text(claims["sub"])):
            raise InvalidIdentity("The identity token has an empty `sub`.")
        return Identity(
            subject=subject,
            name=_text(claims.get("name")),
            email=_text(claims.get("email")),
            valued=claims.get("valued") is True,
        )

    def sign(self, identity: Identity, seconds: float) -> str:
        """A token as the host site would make it; for the demo shop and the terminal. Needs the secret."""
        if self._secret is None:
            raise InvalidIdentity("This server has no IDENTITY_SECRET, so it can't sign identity tokens.")
        claims: dict[str, object] = {"sub": identity.subject, "name": identity.name, "email": identity.email}
        if identity.valued:
            claims["valued"] = True
        return jwt.encode({**claims, "exp": int(time.time() + seconds)}, self._secret, algorithm=_ALGORITHM)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that talks to us; `identity` while its user is logged in at the host site.

    With `by_email` they showed a code that was sent to the identity's e-mail instead.
    """

    id: str
    identity: Identity | None = None
    by_email: bool = False


class VisitorTokens:
    """Signs and reads the tokens that keep a visitor's browser attached to its conversation."""

    def __init__(self, *, secret: str) -> None:
        self._secret = secret

    def new(self, identity: Identity | None = None) -> tuple[str, Visitor]:
        """A token for a browser never seen before."""
        return self.renew(Visitor(id=f"v-{secrets.token_urlsafe(18)}", identity=identity))

    def renew(self, visitor: Visitor) -> tuple[str, Visitor]:
        """A fresh token for a known browser, such as after a login."""
        seconds = _ANONYMOUS_SECONDS if visitor.identity is None else _IDENTIFIED_SECONDS
        claims: dict[str, object] = {"vid": visitor.id, "exp": int(time.time() + seconds)}
        if visitor.identity is not None:
            claims |= {
                "sub": visitor.identity.subject,
                "name": visitor.identity.name,
                "email": visitor.identity.email,
                "by_email": visitor.by_email,
                "valued": visitor.identity.valued,
            }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM), visitor

    def read(self, token: str) -> Visitor:
        """Raises InvalidVisitor."""
        try:
            claims = jwt.decode(token, self._secret, algorithms=[_ALGORITHM], options={"require": ["exp", "vid"]})
        except jwt.InvalidTokenError as exc:
            raise InvalidVisitor from exc
        subject = claims.get("sub")
        valued = bool(claims.get("valued"))
        identity = Identity(subject, claims.get("name"), claims.get("email"), valued) if subject else None
        return Visitor(id=claims["vid"], identity=identity, by_email=bool(claims.get("by_email")))


def _text(claim: object) -> str | None:
    return claim if isinstance(claim, str) and claim.strip() else None
