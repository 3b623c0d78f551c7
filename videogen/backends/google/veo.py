"""Veo on Vertex AI as a back end; an external id is the name of a long-running operation."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from videogen.backends.google.endpoint import NO_KEY, vertex_endpoint
from videogen.backends.google.failures import (
    api_code,
    detail_line,
    operation_failure,
    poll_error,
)
from videogen.backends.google.profiles import (
    ModelProfile,
    aspect_ratio_of,
    duration_of,
    resolution_of,
)
from videogen.backends.google.vendor import START_TIMEOUT_MS, GoogleBackend
from videogen.domain.condition import BackendKind
from videogen.domain.generation import GenerationRequest, GenerationState, Observation
from videogen.domain.run import FailureClass
from videogen.errors import BackendUnavailableError, DownloadFailedError, RequestRefusedError

if TYPE_CHECKING:
    from google.genai import types

# Passed on when a condition names them; anything else in its settings is not Veo's.
OPTIONAL_SETTINGS = ("enhance_prompt", "person_generation", "compression_quality")


class VertexBackend(GoogleBackend):
    """Signs in with a Google Cloud project, or with an express key."""

    kind = BackendKind.VERTEX
    can_cancel = False

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
        where = vertex_endpoint(
            base_url=base_url, project=project, location=location, api_key=api_key
        )
        super().__init__(where, profiles, start_timeout_ms)

    def poll(self, external_id: str) -> Observation:
        operation = self._operation(external_id)
        if operation is None:
            return Observation(state=GenerationState.MISSING)
        if not operation.done:
            return Observation(state=GenerationState.RUNNING)
        if operation.error:
            return operation_failure(operation.error)
        return _ended(operation)

    def cancel(self, external_id: str) -> None:
        """Veo knows no cancel: the operation goes on and is billed."""

    def _prepared_start(self, request: GenerationRequest, token: str) -> Callable[[], str | None]:
        from google.genai import types

        config = self._config(request, token)
        source = types.GenerateVideosSource(
            prompt=request.prompt_text, image=self._image(request, "image")
        )

        def start() -> str | None:
            operation = self._sdk().models.generate_videos(
                model=request.condition.model,
                source=source,
                config=config,
            )
            return operation.name

        return start

    def _sign_in(self) -> dict[str, Any]:
        where = self._endpoint
        if not where.is_vendor:
            return {"vertexai": True, "api_key": NO_KEY}
        if where.project is not None:
            return {"vertexai": True, "project": where.project, "location": where.location}
        key = where.api_key
        return {"vertexai": True, "api_key": None if key is None else key.get_secret_value()}

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
                last_frame=self._image(request, "last_frame"),
                generate_audio=condition.has_audio if profile.has_audio else None,
                labels={"videogen-attempt": token},  # finds an uncertain call in the bill
                **optional,
            )
        except ValidationError as error:
            wrong = ", ".join(str(each["loc"][0]) for each in error.errors())
            raise RequestRefusedError(self.name, detail=f"settings: {wrong}") from None

    def _image(self, request: GenerationRequest, slot: str) -> "types.Image | None":
        from google.genai import types

        content = request.inputs.get(slot)
        if content is None:
            return None
        return types.Image(
            image_bytes=self._input_bytes(slot, content), mime_type=content.mime_type
        )

    def _operation(self, name: str) -> "types.GenerateVideosOperation | None":
        """None when Google does not know it (any more).

        Raises: BackendUnavailableError, SignInError.
        """
        from google.genai import types

        try:
            operation = self._sdk().operations.get(
                types.GenerateVideosOperation.model_validate({"name": name})
            )
        except Exception as error:  # the SDK wraps neither transport nor JSON errors
            if api_code(error) == 404:
                return None
            raise poll_error(self.name, error) from None
        if operation.name is None and not operation.done:
            raise BackendUnavailableError(self.name, detail="an empty answer")
        return operation

    def _clip_source(self, external_id: str) -> bytes | str:
        """Asked for again: poll's answer is not kept in memory meanwhile."""
        operation = self._operation(external_id)
        if operation is None:
            raise DownloadFailedError(self.name, detail="the operation is no longer known")
        for video in _videos(operation):
            if video.video_bytes:
                return bytes(video.video_bytes)
            if video.uri:
                return video.uri
        raise DownloadFailedError(self.name, detail="no clip in the answer")


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
            failure_detail=detail_line(reasons),
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
