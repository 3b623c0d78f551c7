"""Where calls go and with which credentials: a key never travels but to Google."""

import ipaddress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from videogen.errors import BackendUnavailableError, InvalidInputError

GOOGLE = "googleapis.com"
NO_KEY = "sandbox"  # what a server on this machine gets in place of a key
INFO_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    base_url: str
    is_google: bool
    project: str | None = None
    location: str | None = None
    api_key: SecretStr | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"vertex@{urlsplit(self.base_url).netloc}"

    @property
    def can_sign_in(self) -> bool:
        return not self.is_google or self.project is not None or self.api_key is not None

    def sandbox_info(self) -> dict[str, Any] | None:
        """What the sandbox says of itself; Google's own hosts are never asked.

        Raises: BackendUnavailableError: nothing answers at an address on this machine.
        """
        if self.is_google:
            return None
        try:
            answer = httpx.get(
                f"{self.base_url}/_sandbox/info", timeout=INFO_TIMEOUT_S, trust_env=False
            )
            info = answer.json() if answer.status_code == 200 else None
        except httpx.HTTPError as error:
            raise BackendUnavailableError(self.name, detail=type(error).__name__) from None
        except ValueError:
            return None
        return info if isinstance(info, dict) and info.get("sandbox") is True else None


def endpoint(
    *,
    base_url: str | None,
    project: str | None,
    location: str,
    api_key: SecretStr | None,
) -> Endpoint:
    """Raises: InvalidInputError: an address that is neither Google's nor this machine's."""
    key = api_key if api_key is not None and api_key.get_secret_value().strip() else None
    if base_url is None:
        return _googles(_default_url(project, location), project, location, key)
    try:
        parts = urlsplit(base_url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _refusal(None) from None
    if parts.scheme == "https" and (host == GOOGLE or host.endswith(f".{GOOGLE}")):
        return _googles(f"https://{host}", project, location, key)
    if parts.scheme not in ("http", "https") or not _is_loopback(host) or "@" in parts.netloc:
        raise _refusal(f"{parts.scheme}://{host}")
    return Endpoint(base_url=f"{parts.scheme}://{parts.netloc}", is_google=False)


def _googles(url: str, project: str | None, location: str, key: SecretStr | None) -> Endpoint:
    if project:  # signed in by Application Default Credentials
        return Endpoint(base_url=url, is_google=True, project=project, location=location)
    return Endpoint(base_url=url, is_google=True, api_key=key)


def _default_url(project: str | None, location: str) -> str:
    if not project or location == "global":
        return f"https://aiplatform.{GOOGLE}"
    return f"https://{location}-aiplatform.{GOOGLE}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(shown: str | None) -> InvalidInputError:
    return InvalidInputError(
        "google_url_not_allowed", field="VIDEOGEN_GOOGLE_BASE_URL", value=shown
    )
