"""Addresses of clips that say nothing and end: an HMAC over kind, id and expiry."""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from videogen.errors import InvalidInputError, VideogenError

SECRET_FILE = "secret.key"  # noqa: S105 a file's name
_SECRET_BYTES = 32
_MAC_BYTES = 32


class ClipTokenError(VideogenError):
    """The token was not made here, or was changed."""

    code = "clip_token_refused"


class ClipTokenExpiredError(ClipTokenError):
    """The token was made here but its time is over."""

    code = "clip_token_expired"


class ClipTokens:
    """Makes and checks tokens; equal arguments give equal tokens, so that a preload is reused."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SECRET_BYTES:
            raise ValueError(f"a secret needs {_SECRET_BYTES} bytes")
        self._secret = secret

    def make(self, kind: str, id: str, expires_at: datetime) -> str:  # noqa: A002 the agreed name
        claim = json.dumps([kind, id, int(expires_at.timestamp())], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(claim) + claim).rstrip(b"=").decode()

    def check(self, token: str, *, now: datetime | None = None) -> tuple[str, str]:
        """(kind, id). Raises: ClipTokenExpiredError, ClipTokenError for anything else."""
        kind, id_, expires_at_s = self._claim(token)
        if (now or datetime.now(UTC)).timestamp() >= expires_at_s:
            raise ClipTokenExpiredError
        return kind, id_

    def _claim(self, token: str) -> tuple[str, str, int]:
        try:
            raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), b"-_", True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise ClipTokenError from error
        mac, claim = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(claim)):
            raise ClipTokenError
        kind, id_, expires_at_s = json.loads(claim)
        return str(kind), str(id_), int(expires_at_s)

    def _mac(self, claim: bytes) -> bytes:
        return hmac.new(self._secret, claim, hashlib.sha256).digest()


def load_secret(data_dir: Path, name: str = SECRET_FILE) -> bytes:
    """A secret of this installation, made on first use and readable by its owner only.

    Raises: InvalidInputError: the file is too short to be one.
    """
    path = data_dir / name
    if not path.exists():
        _make_secret(path)
    path.chmod(0o600)
    secret = path.read_bytes()
    if len(secret) < _SECRET_BYTES:
        raise InvalidInputError("secret_damaged", field="file", value=name)
    return secret


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: of two processes that start at once, one secret stays for both.
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()
