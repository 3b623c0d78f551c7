"""One sign-in among others of the same person: when it began, and what it is known by."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# What the provider makes anew for each sign-in, beside whose it is.
OWN_CLAIMS = ("iss", "sub", "iat", "nonce")


def began_at(claims: Mapping[str, Any]) -> datetime | None:
    """None: the provider gave no usable time."""
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return None
    try:
        return datetime.fromtimestamp(issued, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def sign_in_sha256(claims: Mapping[str, Any]) -> str:
    told = [str(claims.get(name)) for name in OWN_CLAIMS]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
