"""What Veo and Omni have in common: one SDK client, profiles, one start, patient fetches."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from videogen.backends.google.download import source_url
from videogen.backends.google.endpoint import Endpoint
from videogen.backends.google.failures import start_error
from videogen.backends.google.profiles import ModelProfile, load_profiles
from videogen.backends.vendor_download import fetch_patiently, save_clip
from videogen.domain.condition import BackendKind
from videogen.domain.generation import (
    BackendLight,
    BackendStatus,
    GenerationRequest,
    InputContent,
    MissingParts,
    Observation,
)
from videogen.domain.run import Origin, VramTrace
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    ModelRetiredError,
    OutcomeUncertainError,
    RequestRefusedError,
    SignInError,
)

if TYPE_CHECKING:
    from google.genai import Client

START_TIMEOUT_MS = 120_000  # the SDK counts in milliseconds and waits for ever without
POLL_TIMEOUT_MS = 180_000  # the last answer may carry the whole clip
LIVE_INTERVAL_S = 15.0
SHORTEST_INTERVAL_S = 0.03


class GoogleBackend(ABC):
    """Thread-safe. A start is sent once: the SDK's own retries would be billed again."""

    kind: ClassVar[BackendKind]
    can_cancel: ClassVar[bool]
    is_paid = True

    def __init__(
        self,
        where: Endpoint,
        profiles: dict[str, ModelProfile] | None,
        start_timeout_ms: int,
    ) -> None:
        known = load_profiles() if profiles is None else profiles
        self._endpoint = where
        self._profiles = {m: p for m, p in known.items() if p.transport is self.kind}
        self._start_timeout_ms = start_timeout_ms
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._interval_s = LIVE_INTERVAL_S
        self._time_scale = 1.0
        slowest = max((p.submit_interval_s for p in self._profiles.values()), default=0.0)
        self._submit_interval_s = slowest
        self._closing = threading.Event()

    @abstractmethod
    def _prepared_start(self, request: GenerationRequest, token: str) -> Callable[[], str | None]:
        """A call that starts one clip and returns its external id, if the answer names one.

        Raises: RequestRefusedError: the SDK itself does not take the settings.
        """

    @abstractmethod
    def poll(self, external_id: str) -> Observation: ...

    @abstractmethod
    def _clip_source(self, external_id: str) -> bytes | str:
        """The first clip's bytes or address. Raises: DownloadFailedError: there is none."""

    @abstractmethod
    def _sign_in(self) -> dict[str, Any]:
        """The SDK client's own arguments: which API, and the credentials for it."""

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def can_sign_in(self) -> bool:
        """Whether there is anything to sign in with; a sandbox asks for nothing."""
        return self._endpoint.can_sign_in

    @property
    def poll_interval_s(self) -> float:
        return self._interval_s

    @property
    def n_lanes(self) -> int:
        return min((profile.n_lanes for profile in self._profiles.values()), default=1)

    @property
    def submit_interval_s(self) -> float:
        """By the quota of the model that was submitted last; the slowest model's at first."""
        return self._submit_interval_s / self._time_scale

    def status(self) -> BackendStatus:
        """Google offers no free call that proves more than the presence of credentials."""
        if not self.can_sign_in:
            return self._light(BackendLight.UNCONFIGURED, reason=SignInError.code)
        if self._endpoint.is_google:
            return self._light(BackendLight.UP, origin=Origin.LIVE)
        try:
            time_scale = self._sandbox_time_scale()
        except BackendUnavailableError as error:
            return self._light(BackendLight.DOWN, reason=error.code)
        return self._light(BackendLight.UP, origin=Origin.SANDBOX, time_scale=time_scale)

    def fingerprint(self, request: GenerationRequest) -> Mapping[str, Any]:  # noqa: ARG002 the contract's
        """Google tells of no version behind a model's name."""
        return {}

    def missing(self, request: GenerationRequest) -> MissingParts:
        """Nothing ever lacks in part: Google keeps the model, or has shut it down."""
        self._check_model(request.condition.model)
        return MissingParts()

    def preflight(self, request: GenerationRequest) -> None:
        self._check_model(request.condition.model).check_able(self.name, request)

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

    def wait(self, external_id: str, timeout_s: float) -> None:  # noqa: ARG002 no news channel
        self._closing.wait(min(timeout_s, self._interval_s))

    def fetch(self, external_id: str, destination: Path) -> None:
        """Tried again, up to three quarters of a minute."""
        fetch_patiently(lambda: self._save(external_id, destination), self._pause)

    def _save(self, external_id: str, destination: Path) -> None:
        source = self._clip_source(external_id)
        address = source if isinstance(source, bytes) else source_url(self._endpoint, source)
        save_clip(self._endpoint, address, destination)

    def _pause(self, wanted_s: float) -> bool:
        """Whether it is being closed: nobody waits for the clip any more."""
        return self._closing.wait(min(wanted_s, self._interval_s))

    def device_trace(self, external_id: str) -> VramTrace | None:  # noqa: ARG002 Google's devices
        return None

    def memory_reading(self) -> tuple[int, int] | None:
        return None

    def free_memory(self) -> None:  # noqa: B027 nothing to do, for both
        """Google's memory is Google's."""

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

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
                        "trust_env": self._endpoint.is_google,
                    },
                )
                self._client = genai.Client(http_options=options, **self._sign_in())
            return self._client

    def _check_model(self, model: str) -> ModelProfile:
        if not self.can_sign_in:
            raise SignInError(self.name, detail="no project and no key")
        profile = self._profiles.get(model)
        if profile is None:
            raise RequestRefusedError(self.name, detail=f"{model} is in no model profile")
        if self._endpoint.is_google:
            profile.check_alive(self.name, datetime.now(UTC).date())
        else:
            self._sandbox_time_scale()
        return profile

    def _sandbox_time_scale(self) -> float:
        """Raises: BackendUnavailableError: neither Google nor a sandbox is there."""
        info = self._endpoint.sandbox_info()
        if info is None:
            raise BackendUnavailableError(self.name, detail="neither Google nor a sandbox")
        time_scale = float(info.get("time_scale") or 1.0)
        self._time_scale = time_scale
        self._interval_s = max(SHORTEST_INTERVAL_S, LIVE_INTERVAL_S / time_scale)
        return time_scale

    def _light(
        self,
        light: BackendLight,
        *,
        reason: str | None = None,
        origin: Origin | None = None,
        time_scale: float | None = None,
    ) -> BackendStatus:
        return BackendStatus(
            name=self.name,
            kind=self.kind.value,
            light=light,
            reason=reason,
            origin=origin,
            time_scale=time_scale,
        )

    def _dated(self, model: str, error: BackendError) -> BackendError:
        """A 404 says only "not found": what the profile knows of the model is added."""
        profile = self._profiles.get(model)
        if profile is None or not isinstance(error, ModelRetiredError):
            return error
        return profile.gone(self.name)
