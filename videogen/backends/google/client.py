"""Veo on Vertex AI as a back end; an external id is the name of a long-running operation."""

import errno
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from videogen.backends.google.endpoint import NO_KEY, Endpoint, endpoint
from videogen.backends.google.failures import (
    api_code,
    operation_failure,
    poll_error,
    start_error,
)
from videogen.backends.google.profiles import (
    ModelProfile,
    aspect_ratio_of,
    duration_of,
    load_profiles,
    resolution_of,
    retired,
)
from videogen.domain.condition import BackendKind
from videogen.domain.generation import (
    BackendLight,
    BackendStatus,
    GenerationRequest,
    GenerationState,
    MissingParts,
    Observation,
)
from videogen.domain.run import FailureClass, Origin, VramTrace
from videogen.errors import (
    BackendUnavailableError,
    ClipRejectedError,
    DiskFullError,
    DownloadFailedError,
    ModelRetiredError,
    OutcomeUncertainError,
    RequestRefusedError,
    SignInError,
)

if TYPE_CHECKING:
    from google.genai import Client, types

START_TIMEOUT_MS = 120_000  # the SDK counts in milliseconds and waits for ever without
POLL_TIMEOUT_MS = 180_000  # the last answer carries the whole clip
LIVE_INTERVAL_S = 15.0
SHORTEST_INTERVAL_S = 0.03
FETCH_TRIES = 4
# Passed on when a condition names them; anything else in its settings is not Veo's.
OPTIONAL_SETTINGS = ("enhance_prompt", "person_generation", "compression_quality")


class VertexBackend:
    """Thread-safe. A start is sent once: the SDK's own retries would be billed again."""

    kind = BackendKind.VERTEX
    is_paid = True

    def __init__(
        self,
        *,
        base_url: str | None = None,
        project: str | None = None,
        location: str = "us-central1",
        api_key: SecretStr | None = None,
        profiles: dict[str, ModelProfile] | None = None,
        start_timeout_ms: int = START_TIMEOUT_MS,
    ) -> None:
        """Raises: InvalidInputError: `base_url` is neither Google's nor this machine's."""
        self._endpoint = endpoint(
            base_url=base_url, project=project, location=location, api_key=api_key
        )
        self._profiles = load_profiles() if profiles is None else profiles
        self._start_timeout_ms = start_timeout_ms
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._interval_s = LIVE_INTERVAL_S
        self._time_scale = 1.0
        slowest = max((p.submit_interval_s for p in self._profiles.values()), default=0.0)
        self._submit_interval_s = slowest
        self._closing = threading.Event()

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def poll_interval_s(self) -> float:
        return self._interval_s

    @property
    def n_lanes(self) -> int:
        return min((profile.n_concurrent for profile in self._profiles.values()), default=1)

    @property
    def submit_interval_s(self) -> float:
        """By the quota of the model that was submitted last; the slowest model's at first."""
        return self._submit_interval_s / self._time_scale

    def status(self) -> BackendStatus:
        """Google offers no free call that proves more than the presence of credentials."""
        if not self._endpoint.can_sign_in:
            return self._light(BackendLight.UNCONFIGURED, reason=SignInError.code)
        if self._endpoint.is_google:
            return self._light(BackendLight.UP, origin=Origin.LIVE)
        try:
            time_scale = self._sandbox_time_scale()
        except BackendUnavailableError as error:
            return self._light(BackendLight.DOWN, reason=error.code)
        return self._light(BackendLight.UP, origin=Origin.SANDBOX, time_scale=time_scale)

    def missing(self, request: GenerationRequest) -> MissingParts:
        """Nothing ever lacks in part: Google keeps the model, or has shut it down."""
        self._check_model(request.condition.model)
        return MissingParts()

    def preflight(self, request: GenerationRequest) -> None:
        self._check_model(request.condition.model).check_able(self.name, request)

    def _check_model(self, model: str) -> ModelProfile:
        if not self._endpoint.can_sign_in:
            raise SignInError(self.name, detail="no project and no key")
        profile = self._profiles.get(model)
        if profile is None:
            raise RequestRefusedError(self.name, detail=f"{model} is in no model profile")
        if self._endpoint.is_google:
            profile.check_alive(self.name, datetime.now(UTC).date())
        else:
            self._sandbox_time_scale()
        return profile

    def submit(self, request: GenerationRequest, token: str) -> str:
        """Start one operation and return its name; sent at most once, whatever happens."""
        from google.genai import types

        self.preflight(request)
        model = request.condition.model
        config = self._config(request, token)
        self._submit_interval_s = self._profiles[model].submit_interval_s
        try:
            operation = self._sdk().models.generate_videos(
                model=model,
                source=types.GenerateVideosSource(prompt=request.prompt_text),
                config=config,
            )
        except Exception as error:  # the SDK wraps neither transport nor JSON errors
            raise self._dated(model, start_error(self.name, model, error)) from None
        if not operation.name:
            raise OutcomeUncertainError(self.name, detail="an answer without a name", model=model)
        return str(operation.name)

    def poll(self, external_id: str) -> Observation:
        operation = self._operation(external_id)
        if operation is None:
            return Observation(state=GenerationState.MISSING)
        if not operation.done:
            return Observation(state=GenerationState.RUNNING)
        if operation.error:
            return operation_failure(operation.error)
        return _ended(operation)

    def wait(self, external_id: str, timeout_s: float) -> None:  # noqa: ARG002 no news channel
        self._closing.wait(min(timeout_s, self._interval_s))

    def cancel(self, external_id: str) -> None:
        """Veo knows no cancel: the operation goes on and is billed."""

    def fetch(self, external_id: str, destination: Path) -> None:
        content = self._clip_bytes(external_id)
        if content[4:8] != b"ftyp":
            raise ClipRejectedError(self.name, detail="the bytes are no mp4")
        part = destination.with_name(destination.name + ".part")
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            part.replace(destination)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError(self.name) from error
            raise DownloadFailedError(self.name, detail=type(error).__name__) from error
        finally:
            part.unlink(missing_ok=True)

    def device_trace(self, external_id: str) -> VramTrace | None:  # noqa: ARG002 Google's devices
        return None

    def memory_reading(self) -> tuple[int, int] | None:
        return None

    def free_memory(self) -> None:
        """Google's memory is Google's."""

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _sdk(self) -> "Client":
        """One client, kept: a temporary one is closed by the garbage collector mid-call."""
        from google import genai
        from google.genai import types

        with self._lock:
            if self._client is None:
                where = self._endpoint
                options = types.HttpOptions(
                    base_url=where.base_url,
                    timeout=POLL_TIMEOUT_MS,
                    retry_options=types.HttpRetryOptions(attempts=1),
                    # A redirect would carry the key to whatever host it names.
                    client_args={"follow_redirects": False, "trust_env": where.is_google},
                )
                self._client = genai.Client(
                    vertexai=True, http_options=options, **_credentials(where)
                )
            return self._client

    def _config(self, request: GenerationRequest, token: str) -> "types.GenerateVideosConfig":
        from google.genai import types

        condition = request.condition
        profile = self._profiles[condition.model]
        optional = {k: condition.settings[k] for k in OPTIONAL_SETTINGS if k in condition.settings}
        try:
            return types.GenerateVideosConfig(
                http_options=types.HttpOptions(
                    timeout=self._start_timeout_ms,
                    retry_options=types.HttpRetryOptions(attempts=1),
                ),
                number_of_videos=1,
                duration_seconds=duration_of(condition),
                resolution=resolution_of(condition),
                aspect_ratio=aspect_ratio_of(condition),
                seed=request.seed,
                negative_prompt=request.negative_prompt,
                generate_audio=condition.has_audio if profile.has_audio else None,
                labels={"videogen-attempt": token},  # finds an uncertain call in the bill
                **optional,
            )
        except ValidationError as error:
            wrong = ", ".join(str(each["loc"][0]) for each in error.errors())
            raise RequestRefusedError(self.name, detail=f"settings: {wrong}") from None

    def _operation(self, name: str) -> "types.GenerateVideosOperation | None":
        """None when Google does not know it (any more).

        Raises: BackendUnavailableError, SignInError.
        """
        from google.genai import types

        try:
            operation = self._sdk().operations.get(
                types.GenerateVideosOperation.model_validate({"name": name})
            )
        except Exception as error:  # likewise
            if api_code(error) == 404:
                return None
            raise poll_error(self.name, error) from None
        if operation.name is None and not operation.done:
            raise BackendUnavailableError(self.name, detail="an empty answer")
        return operation

    def _clip_bytes(self, name: str) -> bytes:
        """The first clip, asked for again: poll's answer is not kept in memory meanwhile."""
        operation = self._patient_operation(name)
        if operation is None:
            raise DownloadFailedError(self.name, detail="the operation is no longer known")
        for video in _videos(operation):
            if video.video_bytes:
                return bytes(video.video_bytes)
        raise DownloadFailedError(self.name, detail="no inline bytes in the answer")

    def _patient_operation(self, name: str) -> "types.GenerateVideosOperation | None":
        for attempt in range(1, FETCH_TRIES):
            try:
                return self._operation(name)
            except BackendUnavailableError:
                self._closing.wait(min(0.2 * 2**attempt, self._interval_s))
        return self._operation(name)

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

    def _dated(self, model: str, error: Exception) -> Exception:
        """A 404 says only "not found": what the profile knows of the model is added."""
        profile = self._profiles.get(model)
        if profile is None or not isinstance(error, ModelRetiredError):
            return error
        ended_on = profile.retired_on or profile.retires_on
        return retired(self.name, model, ended_on, profile.replacement)


def _credentials(where: Endpoint) -> dict[str, Any]:
    if not where.is_google:
        return {"api_key": NO_KEY}
    if where.project is not None:
        return {"project": where.project, "location": where.location}
    key = where.api_key
    return {"api_key": None if key is None else key.get_secret_value()}


def _ended(operation: "types.GenerateVideosOperation") -> Observation:
    """Done without an error: clips, all filtered away, or nothing at all."""
    n_clips = len(_videos(operation))
    if n_clips:
        return Observation(
            state=GenerationState.SUCCEEDED,
            progress=1.0,
            phases=_server_phases(operation),
            billed_samples=n_clips,
        )
    response = operation.response
    if response is not None and response.rai_media_filtered_count:
        reasons = "; ".join(response.rai_media_filtered_reasons or []) or "no reason given"
        return Observation(
            state=GenerationState.FAILED,
            failure_class=FailureClass.FILTERED,
            failure_detail=reasons[:400],
            billed_samples=0,
        )
    return Observation(
        state=GenerationState.FAILED,
        failure_class=FailureClass.EXECUTION_ERROR,
        failure_detail="done, with neither a clip nor an error",
    )


def _server_phases(operation: "types.GenerateVideosOperation") -> dict[str, float]:
    """Seconds by Google's clock; empty where the operation's metadata carries no times."""
    times = (operation.metadata or {}).get("genericMetadata") or {}
    try:
        began = datetime.fromisoformat(times["createTime"])
        ended = datetime.fromisoformat(times["updateTime"])
    except (KeyError, TypeError, ValueError):
        return {}
    return {"executing": (ended - began).total_seconds()} if ended > began else {}


def _videos(operation: "types.GenerateVideosOperation") -> list["types.Video"]:
    generated = (operation.response and operation.response.generated_videos) or []
    return [each.video for each in generated if each.video is not None]
