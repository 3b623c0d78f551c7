"""Where calls go and with which credentials: a key never travels but to Google."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from videogen.backends.vendor_address import ask_sandbox, checked_base, is_under
from videogen.domain.condition import BackendKind

GOOGLE = "googleapis.com"
VERTEX_HOST = f"aiplatform.{GOOGLE}"  # a region's stands before it, with a hyphen
GEMINI_HOST = f"generativelanguage.{GOOGLE}"
NO_KEY = "sandbox"  # what a server on this machine gets in place of a key
KEY_HEADER = "x-goog-api-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    kind: BackendKind
    base_url: str
    is_vendor: bool  # Google itself, and no sandbox on this machine
    project: str | None = None
    location: str | None = None
    api_key: SecretStr | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"{self.kind.value}@{urlsplit(self.base_url).netloc}"

    @property
    def can_sign_in(self) -> bool:
        return not self.is_vendor or self.project is not None or self.api_key is not None

    def may_be_asked(self, url: str) -> bool:
        """Files lie at hosts of many names; what counts is that the way there is covered."""
        return not self.is_vendor or urlsplit(url).scheme == "https"

    def key_headers(self, url: str) -> dict[str, str]:
        """What may be sent to this address; nothing but to Google or to the sandbox itself."""
        if not self.is_vendor:
            is_ours = urlsplit(url)[:2] == urlsplit(self.base_url)[:2]
            return {KEY_HEADER: NO_KEY} if is_ours else {}
        if self.api_key is None or not is_googles(url):
            return {}
        return {KEY_HEADER: self.api_key.get_secret_value()}

    def sandbox_info(self) -> dict[str, Any] | None:
        """What the sandbox says of itself; Google's own hosts are never asked.

        Raises: BackendUnavailableError: nothing answers at an address on this machine.
        """
        return None if self.is_vendor else ask_sandbox(self.base_url, self.name)


def vertex_endpoint(
    *,
    base_url: str | None,
    project: str | None,
    location: str,
    api_key: SecretStr | None,
) -> Endpoint:
    """Raises: InvalidInputError: an address that is neither Google's nor this machine's."""
    url, is_google = _checked(base_url or _vertex_url(project, location))
    if is_google and _host(url) == GEMINI_HOST:  # one setting names the address of both APIs
        url = _vertex_url(project, location)
    if not is_google:
        return Endpoint(kind=BackendKind.VERTEX, base_url=url, is_vendor=False)
    if project:  # signed in by Application Default Credentials
        return Endpoint(
            kind=BackendKind.VERTEX,
            base_url=url,
            is_vendor=True,
            project=project,
            location=location,
        )
    return Endpoint(kind=BackendKind.VERTEX, base_url=url, is_vendor=True, api_key=_filled(api_key))


def interactions_endpoint(*, base_url: str | None, api_key: SecretStr | None) -> Endpoint:
    """Raises: InvalidInputError: an address that is neither Google's nor this machine's."""
    url, is_google = _checked(base_url or f"https://{GEMINI_HOST}")
    if is_google and _host(url).endswith(VERTEX_HOST):  # likewise
        url = f"https://{GEMINI_HOST}"
    key = _filled(api_key) if is_google else None
    return Endpoint(kind=BackendKind.INTERACTIONS, base_url=url, is_vendor=is_google, api_key=key)


def is_googles(url: str) -> bool:
    return is_under(url, GOOGLE)


def _filled(key: SecretStr | None) -> SecretStr | None:
    return key if key is not None and key.get_secret_value().strip() else None


def _checked(base_url: str) -> tuple[str, bool]:
    """The address without its path, and whether it is Google's."""
    return checked_base(
        base_url, GOOGLE, problem="google_url_not_allowed", field="VIDEOGEN_GOOGLE_BASE_URL"
    )


def _vertex_url(project: str | None, location: str) -> str:
    if not project or location == "global":
        return f"https://{VERTEX_HOST}"
    return f"https://{location}-{VERTEX_HOST}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
