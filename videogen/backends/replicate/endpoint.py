"""Where calls go and with which token: it never travels but to Replicate's own API."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from videogen.backends.vendor_address import ask_sandbox, checked_base, is_under
from videogen.domain.condition import BackendKind

REPLICATE = "replicate.com"
API_URL = f"https://api.{REPLICATE}"
DELIVERY = "replicate.delivery"  # clips lie here, for whoever knows the address
NO_TOKEN = "sandbox"  # noqa: S105 what a server on this machine gets in place of a token


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    base_url: str
    is_vendor: bool  # Replicate itself, and no sandbox on this machine
    token: SecretStr | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"{BackendKind.REPLICATE.value}@{urlsplit(self.base_url).netloc}"

    @property
    def can_sign_in(self) -> bool:
        return not self.is_vendor or self.token is not None

    def headers(self) -> dict[str, str]:
        """The credentials of a call of the API."""
        secret = NO_TOKEN if self.token is None else self.token.get_secret_value().strip()
        return {"Authorization": f"Bearer {secret}"}

    def key_headers(self, url: str) -> dict[str, str]:  # noqa: ARG002 whatever the address
        """A clip's address is its own key."""
        return {}

    def may_be_asked(self, url: str) -> bool:
        """Whether a clip may be fetched there."""
        if self.is_vendor:
            return is_under(url, DELIVERY)
        try:
            return urlsplit(url)[:2] == urlsplit(self.base_url)[:2]
        except ValueError:
            return False

    def sandbox_info(self) -> dict[str, Any] | None:
        """What the sandbox says of itself; Replicate's own hosts are never asked.

        Raises: BackendUnavailableError: nothing answers at an address on this machine.
        """
        return None if self.is_vendor else ask_sandbox(self.base_url, self.name)


def replicate_endpoint(*, base_url: str | None, token: SecretStr | None) -> Endpoint:
    """Raises: InvalidInputError: an address that is neither Replicate's nor this machine's."""
    url, is_vendor = checked_base(
        base_url or API_URL,
        REPLICATE,
        problem="replicate_url_not_allowed",
        field="VIDEOGEN_REPLICATE_BASE_URL",
    )
    known = token if is_vendor and _can_be_sent(token) else None
    return Endpoint(base_url=url, is_vendor=is_vendor, token=known)


def _can_be_sent(token: SecretStr | None) -> bool:
    """Whether it fits into a header; one that does not is no token of Replicate's."""
    secret = "" if token is None else token.get_secret_value().strip()
    return bool(secret) and secret.isascii() and secret.isprintable()
