from __future__ import annotations

import time
from dataclasses import replace

import jwt
import pytest

from bot.identity import IdentityTokens, InvalidIdentity, InvalidVisitor, VisitorTokens
from memory.model import Identity

SECRET = "a secret of the host site, long enough"
ANA = Identity("c-101", "Ana Novak", "ana.novak@example.com")
TOKENS = IdentityTokens(secret=SECRET)


def test_a_token_of_the_host_site_says_who_the_customer_is() -> None:
    assert TOKENS.verify(TOKENS.sign(ANA, 60)) == ANA


def test_only_a_plain_yes_of_the_host_site_makes_a_customer_valued() -> None:
    vip = replace(ANA, valued=True)
    assert TOKENS.verify(TOKENS.sign(vip, 60)) == vip
    claims = {"sub": "c-101", "exp": int(time.time()) + 60}
    for claim in ("yes", 1, None, [True]):
        assert not TOKENS.verify(jwt.encode({**claims, "valued": claim}, SECRET)).valued


def test_a_valued_customers_browser_stays_theirs() -> None:
    visitors = VisitorTokens(secret=SECRET)
    token, _ = visitors.new(replace(ANA, valued=True))
    assert visitors.read(token).identity == replace(ANA, valued=True)


# Named, since what stands in them differs from one second to the next.
REFUSED = {
    "nothing": "",
    "nonsense": "nonsense",
    "another site's": jwt.encode(
        {"sub": "c-101", "exp": int(time.time()) + 60}, "another secret of another site entirely"
    ),
    "expired": jwt.encode({"sub": "c-101", "exp": int(time.time()) - 1}, SECRET),
    "without an end": jwt.encode({"sub": "c-101"}, SECRET),
    "without a subject": jwt.encode({"exp": int(time.time()) + 60}, SECRET),
    "with an empty subject": jwt.encode({"sub": "", "exp": int(time.time()) + 60}, SECRET),
    "unsigned": jwt.encode({"sub": "c-101", "exp": int(time.time()) + 60}, "", algorithm="none"),
    "of another algorithm": jwt.encode(
        {"sub": "c-101", "exp": int(time.time()) + 60}, SECRET.ljust(64, "x"), algorithm="HS512"
    ),
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=list(REFUSED))
def test_anything_less_than_a_signed_unexpired_subject_is_refused(token: str) -> None:
    with pytest.raises(InvalidIdentity):
        TOKENS.verify(token)


def test_without_a_secret_no_token_counts() -> None:
    with pytest.raises(InvalidIdentity, match="IDENTITY_SECRET"):
        IdentityTokens(secret=None).verify(TOKENS.sign(ANA, 60))


def test_a_visitor_keeps_their_id_when_they_log_in() -> None:
    visitors = VisitorTokens(secret="the session secret, long enough too")
    token, stranger = visitors.new()

    assert visitors.read(token) == stranger
    renewed, _ = visitors.renew(type(stranger)(stranger.id, ANA))
    assert visitors.read(renewed).id == stranger.id
    assert visitors.read(renewed).identity == ANA


def test_an_identity_token_is_no_visitor_token_and_the_other_way_round() -> None:
    visitors = VisitorTokens(secret=SECRET)
    token, _ = visitors.new()

    with pytest.raises(InvalidVisitor):
        visitors.read(TOKENS.sign(ANA, 60))
    with pytest.raises(InvalidIdentity):
        TOKENS.verify(token)
