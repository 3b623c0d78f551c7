"""A cloud vendor as a back end: its light, its models' profiles, its pace and its patience."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from videogen.backends.vendor_download import Place, fetch_patiently
from videogen.backends.vendor_profile import Profile
from videogen.domain.condition import BackendKind
from videogen.domain.generation import (
    BackendLight,
    BackendStatus,
    GenerationRequest,
    MissingParts,
    Observation,
)
from videogen.domain.run import Origin, VramTrace
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    RequestRefusedError,
    SignInError,
)

SHORTEST_INTERVAL_S = 0.03


class VendorPlace(Place, Protocol):
    """Where calls go."""

    @property
    def can_sign_in(self) -> bool: ...

    def sandbox_info(self) -> Mapping[str, Any] | None:
        """What a sandbox says of itself; None: there is none. Raises: BackendUnavailableError."""


class Closable(Protocol):
    def close(self) -> None: ...


Where = TypeVar("Where", bound=VendorPlace)
Http = TypeVar("Http", bound=Closable)


class VendorBackend(ABC, Generic[Where, Profile, Http]):
    """Thread-safe. A start is sent once: a second one would be billed again."""

    kind: ClassVar[BackendKind]
    can_cancel: ClassVar[bool]
    is_paid = True
    vendor: ClassVar[str]
    credentials: ClassVar[str]  # what is lacking where nobody can sign in
    live_interval_s: ClassVar[float]

    def __init__(self, where: Where, profiles: Mapping[str, Profile]) -> None:
        self._endpoint = where
        self._profiles = profiles
        self._lock = threading.Lock()
        self._client: Http | None = None
        self._interval_s = self.live_interval_s
        self._time_scale = 1.0
        slowest = max((p.submit_interval_s for p in profiles.values()), default=0.0)
        self._submit_interval_s = slowest
        self._closing = threading.Event()

    @abstractmethod
    def submit(self, request: GenerationRequest, token: str) -> str: ...

    @abstractmethod
    def poll(self, external_id: str) -> Observation: ...

    @abstractmethod
    def cancel(self, external_id: str) -> None: ...

    @abstractmethod
    def _save(self, external_id: str, destination: Path) -> None:
        """One try to fetch the clip."""

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
        if not self.can_sign_in:
            return self._light(BackendLight.UNCONFIGURED, reason=SignInError.code)
        try:
            if self._endpoint.is_vendor:
                self._check_account()
                return self._light(BackendLight.UP, origin=Origin.LIVE)
            time_scale = self._sandbox_time_scale()
        except BackendError as error:
            return self._light(BackendLight.DOWN, reason=error.code)
        return self._light(BackendLight.UP, origin=Origin.SANDBOX, time_scale=time_scale)

    def fingerprint(self, request: GenerationRequest) -> Mapping[str, Any]:  # noqa: ARG002 the contract's
        """A vendor tells of no version behind a model's name."""
        return {}

    def missing(self, request: GenerationRequest) -> MissingParts:
        """Nothing ever lacks in part: the vendor keeps the model, or has shut it down."""
        self._check_model(request.condition.model)
        return MissingParts()

    def preflight(self, request: GenerationRequest) -> None:
        self._check_model(request.condition.model).check_able(self.name, request)

    def wait(self, external_id: str, timeout_s: float) -> None:  # noqa: ARG002 no news channel
        self._closing.wait(min(timeout_s, self._interval_s))

    def fetch(self, external_id: str, destination: Path) -> None:
        """Tried again, up to three quarters of a minute."""
        fetch_patiently(lambda: self._save(external_id, destination), self._pause)

    def device_trace(self, external_id: str) -> VramTrace | None:  # noqa: ARG002 the vendor's devices
        return None

    def memory_reading(self) -> tuple[int, int] | None:
        return None

    def free_memory(self) -> None:
        """A vendor's memory is the vendor's."""

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _check_account(self) -> None:
        """A free call that proves the credentials. Raises: BackendError."""

    def _check_model(self, model: str) -> Profile:
        if not self.can_sign_in:
            raise SignInError(self.name, detail=f"no {self.credentials}")
        profile = self._profiles.get(model)
        if profile is None:
            raise RequestRefusedError(self.name, detail=f"{model} is in no model profile")
        if self._endpoint.is_vendor:
            profile.check_alive(self.name, datetime.now(UTC).date())
        else:
            self._sandbox_time_scale()
        return profile

    def _sandbox_time_scale(self) -> float:
        """Raises: BackendUnavailableError: neither the vendor nor a sandbox is there."""
        info = self._endpoint.sandbox_info()
        if info is None:
            raise BackendUnavailableError(self.name, detail=f"neither {self.vendor} nor a sandbox")
        self._time_scale = float(info.get("time_scale") or 1.0)
        self._interval_s = max(SHORTEST_INTERVAL_S, self.live_interval_s / self._time_scale)
        return self._time_scale

    def _pause(self, wanted_s: float) -> bool:
        """Whether it is being closed: nobody waits for the clip any more."""
        return self._closing.wait(min(wanted_s, self._interval_s))

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
