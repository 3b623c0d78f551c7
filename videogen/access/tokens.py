"""Access tokens: what a program sends, and what is kept of it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from videogen.domain.access import AccessToken
from videogen.domain.plain_json import plain

HASH = "secret_sha256"
TOKEN = re.compile(r"vgn_(?P<token_id>[0-9a-f]{12})_(?P<secret>[A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    token_id: str
    text: str = field(repr=False)  # told once, kept nowhere
    secret_sha256: str


def new_token() -> NewToken:
    token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return NewToken(
        token_id=token_id, text=f"vgn_{token_id}_{secret}", secret_sha256=secret_hash(secret)
    )


def parse_token(text: str) -> tuple[str, str] | None:
    """token_id and secret; None: it cannot be one of ours."""
    match = TOKEN.fullmatch(text)
    return (match["token_id"], match["secret"]) if match else None


def told_token(token: AccessToken) -> dict[str, Any]:
    """A token as its owner is told of it: without the hash, which is of no use to anybody."""
    return {name: value for name, value in plain(token).items() if name != HASH}


def secret_hash(secret: str) -> str:
    """Plain SHA-256 is enough for 256 random bits: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, secret_sha256: str) -> bool:
    return hmac.compare_digest(secret_hash(secret), secret_sha256)
