"""An OpenID Connect provider that says yes at once, strict where a real one is; over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "desk", "the desk's own secret"


class ProviderDouble:
    """Knows one client; `claims` are what it says of who signs in, `spoils` what a test has it do wrong."""

    def __init__(self, app: FastAPI, url: str) -> None:
        self.issuer = url
        self.claims: dict[str, Any] = {"sub": "7", "email": "noor@fernhill.example", "email_verified": True}
        self.spoils: dict[str, Any] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict[str, str]] = {}
        app.get("/.well-known/openid-configuration")(self.discovery)
        app.get("/authorize")(self.authorize)
        app.post("/token")(self.token)
        app.get("/keys")(self.keys)

    async def discovery(self) -> Response:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return JSONResponse({**found, **self.spoils.get("discovery", {})}, self.spoils.get("status", 200))

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert {"openid", "email"} <= set(asked["scope"].split())
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", 303)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        code, redirect_uri, code_verifier = form["code"], form["redirect_uri"], form["code_verifier"]
        asked = self._codes.pop(code, None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        good = asked is not None and asked["redirect_uri"] == redirect_uri and asked["code_challenge"] == digest
        if not good or asked is None or form["client_secret"] != SECRET or form["grant_type"] != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = time.time()
        usual = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {**usual, **self.claims, **self.spoils.get("claims", {})}
        signer = self.spoils.get("signer", (self.key, "RS256"))
        return JSONResponse({"id_token": jwt.encode(claims, signer[0], signer[1], headers={"kid": "k1"})})

    async def keys(self) -> Response:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return JSONResponse({"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]})
