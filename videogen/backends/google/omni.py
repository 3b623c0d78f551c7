"""Gemini Omni as a back end, through Google's interactions; an external id is an interaction's."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from videogen.backends.google.endpoint import NO_KEY, interactions_endpoint
from videogen.backends.google.failures import (
    api_code,
    class_in_words,
    detail_line,
    poll_error,
)
from videogen.backends.google.profiles import (
    ModelProfile,
    aspect_ratio_of,
    duration_of,
    resolution_of,
)
from videogen.backends.google.vendor import POLL_TIMEOUT_MS, START_TIMEOUT_MS, GoogleBackend
from videogen.backends.vendor_download import AnotherTryError
from videogen.domain.condition import BackendKind
from videogen.domain.generation import GenerationRequest, GenerationState, Observation
from videogen.domain.run import FailureClass
from videogen.errors import BackendUnavailableError, ClipRejectedError, DownloadFailedError

if TYPE_CHECKING:
    from google.genai.interactions import Interaction

CANCEL_TIMEOUT_S = 30.0
UNDER_WAY = {
    "queued": GenerationState.PENDING,
    "in_progress": GenerationState.RUNNING,
    # A background interaction is continued by Google itself.
    "requires_continuation": GenerationState.RUNNING,
}
ENDED_BADLY = {
    "budget_exceeded": FailureClass.QUOTA,
    "incomplete": FailureClass.EXECUTION_ERROR,
    "requires_action": FailureClass.EXECUTION_ERROR,  # asks for a tool; there is none
}


class InteractionsBackend(GoogleBackend):
    """Signs in with an API key. In the background: the answer to a start is only its id."""

    kind = BackendKind.INTERACTIONS
    can_cancel = True

    def __init__(
        self,
        *,
        base_url: str | None = None,
        api_key: SecretStr | None = None,
        profiles: dict[str, ModelProfile] | None = None,
        start_timeout_ms: int = START_TIMEOUT_MS,
    ) -> None:
        """Raises: InvalidInputError: `base_url` is neither Google's nor this machine's."""
        where = interactions_endpoint(base_url=base_url, api_key=api_key)
        super().__init__(where, profiles, start_timeout_ms)

    def poll(self, external_id: str) -> Observation:
        interaction = self._interaction(external_id)
        if interaction is None:
            return Observation(state=GenerationState.MISSING)
        return _seen(interaction)

    def cancel(self, external_id: str) -> None:
        """Ask Google to stop; what was made until then may still be billed.

        Raises: BackendUnavailableError: it was not heard.
        """
        try:
            self._sdk().interactions.cancel(external_id, timeout=CANCEL_TIMEOUT_S)
        except Exception as error:  # the SDK wraps neither all transport nor all JSON errors
            code = api_code(error)
            if code is not None and code < 500:  # it has ended, or is unknown: nothing to stop
                return
            raise BackendUnavailableError(self.name, detail=type(error).__name__) from None

    def _prepared_start(self, request: GenerationRequest, token: str) -> Callable[[], str | None]:  # noqa: ARG002 the Gemini API bills no labels
        condition = request.condition
        body: dict[str, Any] = {
            "model": condition.model,
            "input": self._content(request),
            "background": True,
            "store": True,
            "generation_config": {
                "seed": request.seed,
                "video_config": {"task": "image_to_video" if request.inputs else "text_to_video"},
            },
            "response_format": {
                "type": "video",
                "delivery": "uri",
                "duration": f"{duration_of(condition)}s",
                "resolution": resolution_of(condition),
                "aspect_ratio": aspect_ratio_of(condition),
            },
        }

        def start() -> str | None:
            interaction = self._sdk().interactions.create(
                **body, timeout=self._start_timeout_ms / 1000
            )
            return getattr(interaction, "id", None)

        return start

    def _content(self, request: GenerationRequest) -> str | list[dict[str, Any]]:
        """The prompt alone, or with the image that the clip begins with."""
        image = request.inputs.get("image")
        if image is None:
            return request.prompt_text
        data = base64.b64encode(self._input_bytes("image", image)).decode("ascii")
        content = [
            {"type": "text", "text": request.prompt_text},
            {"type": "image", "data": data, "mime_type": image.mime_type},
        ]
        return [{"type": "user_input", "content": content}]

    def _sign_in(self) -> dict[str, Any]:
        key = self._endpoint.api_key
        secret = NO_KEY if key is None else key.get_secret_value()
        return {"vertexai": False, "api_key": secret}

    def _interaction(self, external_id: str) -> "Interaction | None":
        """None when Google does not know it (any more).

        Raises: BackendUnavailableError, SignInError.
        """
        try:
            interaction = self._sdk().interactions.get(external_id, timeout=POLL_TIMEOUT_MS / 1000)
        except Exception as error:  # likewise
            if api_code(error) == 404:
                return None
            raise poll_error(self.name, error) from None
        if not getattr(interaction, "status", None):
            raise BackendUnavailableError(self.name, detail="an empty answer")
        return interaction

    def _clip_source(self, external_id: str) -> bytes | str:
        interaction = self._interaction(external_id)
        if interaction is None:
            raise DownloadFailedError(self.name, detail="the interaction is no longer known")
        video = interaction.output_video
        if video is not None and video.data:
            return self._decoded(str(video.data))
        if video is not None and video.uri:
            return str(video.uri)
        raise DownloadFailedError(self.name, detail="no clip in the answer")

    def _decoded(self, data: str) -> bytes:
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error:
            detail = "the inline clip is not base64"
            raise AnotherTryError(ClipRejectedError(self.name, detail=detail)) from None


def _seen(interaction: "Interaction") -> Observation:
    status = str(interaction.status)
    if status == "completed" and interaction.output_video is not None:
        return Observation(
            state=GenerationState.SUCCEEDED,
            progress=1.0,
            phases=_server_phases(interaction),
            billed_samples=1,
        )
    if status == "cancelled":
        return Observation(state=GenerationState.CANCELLED, billed_samples=_billed(interaction))
    if status in ("completed", "failed") or status in ENDED_BADLY:
        return _failed(status, interaction)
    # A word that is newer than we are is no end; the run's deadline bounds the waiting.
    return Observation(state=UNDER_WAY.get(status, GenerationState.RUNNING), stage=status)


def _failed(status: str, interaction: "Interaction") -> Observation:
    said = _words(interaction)
    if status == "completed":
        status = "completed without a clip"
    failure_class = ENDED_BADLY.get(status) or class_in_words(said)
    return Observation(
        state=GenerationState.FAILED,
        failure_class=failure_class,
        failure_detail=detail_line(f"{status}: {said}").rstrip(": "),
        billed_samples=_billed(interaction),
    )


def _words(interaction: "Interaction") -> str:
    """What Google gives as the reason: its errors, else what the model said instead."""
    errors = [
        f"{each.code or ''} {each.message or ''}".strip() for each in interaction.errors or ()
    ]
    return "; ".join(errors) or (interaction.output_text or "").strip()


def _billed(interaction: "Interaction") -> int | None:
    """0 when Google counted no tokens of output; unknown, not 0, when it does not say."""
    usage = interaction.usage
    return 0 if usage is not None and usage.total_output_tokens == 0 else None


def _server_phases(interaction: "Interaction") -> dict[str, float]:
    """Seconds by Google's clock; empty where the interaction carries no times."""
    try:
        began = datetime.fromisoformat(interaction.created or "")
        ended = datetime.fromisoformat(interaction.updated or "")
    except ValueError:
        return {}
    return {"executing": (ended - began).total_seconds()} if ended > began else {}
