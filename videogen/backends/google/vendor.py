"""What Veo and Omni have in common: one SDK client, one start, one way to the clip."""

import logging
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from videogen.backends.google.download import source_url
from videogen.backends.google.endpoint import Endpoint
from videogen.backends.google.failures import start_error
from videogen.backends.google.profiles import ModelProfile, load_profiles
from videogen.backends.vendor_backend import VendorBackend
from videogen.backends.vendor_download import save_clip
from videogen.domain.generation import GenerationRequest, InputContent
from videogen.errors import (
    BackendError,
    ModelRetiredError,
    OutcomeUncertainError,
    RequestRefusedError,
)

if TYPE_CHECKING:
    from google.genai import Client

START_TIMEOUT_MS = 120_000  # the SDK counts in milliseconds and waits for ever without
POLL_TIMEOUT_MS = 180_000  # the last answer may carry the whole clip


class GoogleBackend(VendorBackend[Endpoint, ModelProfile, "Client"]):
    """A start is sent once: the SDK's own retries would be billed again."""

    vendor = "Google"
    credentials = "project and no key"
    live_interval_s = 15.0

    def __init__(
        self,
        where: Endpoint,
        profiles: dict[str, ModelProfile] | None,
        start_timeout_ms: int,
    ) -> None:
        known = load_profiles() if profiles is None else profiles
        super().__init__(where, {m: p for m, p in known.items() if p.transport is self.kind})
        self._start_timeout_ms = start_timeout_ms

    @abstractmethod
    def _prepared_start(self, request: GenerationRequest, token: str) -> Callable[[], str | None]:
        """A call that starts one clip and returns its external id, if the answer names one.

        Raises: RequestRefusedError: the SDK itself does not take the settings.
        """

    @abstractmethod
    def _clip_source(self, external_id: str) -> bytes | str:
        """The first clip's bytes or address. Raises: DownloadFailedError: there is none."""

    @abstractmethod
    def _sign_in(self) -> dict[str, Any]:
        """The SDK client's own arguments: which API, and the credentials for it."""

    def submit(self, request: GenerationRequest, token: str) -> str:
        """Start one clip and return its id; sent at most once, whatever happens."""
        self.preflight(request)
        model = request.condition.model
        start = self._prepared_start(request, token)
        self._submit_interval_s = self._profiles[model].submit_interval_s
        try:
            external_id = start()
        except Exception as error:  # the SDK wraps neither all transport nor all JSON errors
            raise self._dated(model, start_error(self.name, model, error)) from None
        if not external_id:
            raise OutcomeUncertainError(self.name, detail="an answer without a name", model=model)
        return external_id

    def _save(self, external_id: str, destination: Path) -> None:
        source = self._clip_source(external_id)
        address = source if isinstance(source, bytes) else source_url(self._endpoint, source)
        save_clip(self._endpoint, address, destination)

    def _input_bytes(self, slot: str, content: InputContent) -> bytes:
        """Raises: RequestRefusedError: its file is gone."""
        try:
            return content.path.read_bytes()
        except OSError as error:
            detail = f"the file kept for {slot} cannot be read: {type(error).__name__}"
            raise RequestRefusedError(self.name, detail=detail, field=slot) from error

    def _sdk(self) -> "Client":
        """One client, kept: a temporary one is closed by the garbage collector mid-call."""
        from google import genai
        from google.genai import types

        # With GOOGLE_GENAI_DEBUG set, the SDK writes every request's headers, the key's among them.
        logging.getLogger("google.genai").setLevel(logging.INFO)
        with self._lock:
            if self._client is None:
                options = types.HttpOptions(
                    base_url=self._endpoint.base_url,
                    timeout=POLL_TIMEOUT_MS,
                    retry_options=types.HttpRetryOptions(attempts=1),
                    # A redirect would carry the key to whatever host it names.
                    client_args={
                        "follow_redirects": False,
                        "trust_env": self._endpoint.is_vendor,
                    },
                )
                self._client = genai.Client(http_options=options, **self._sign_in())
            return self._client

    def _dated(self, model: str, error: BackendError) -> BackendError:
        """A 404 says only "not found": what the profile knows of the model is added."""
        profile = self._profiles.get(model)
        if profile is None or not isinstance(error, ModelRetiredError):
            return error
        return profile.gone(self.name)
