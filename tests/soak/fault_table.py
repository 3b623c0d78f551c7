"""What each fault of the sandbox must lead to when it strikes a run once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from videogen.domain.run import FailureClass, RunStatus
from videogen.runs.next_try import FALLS_BACK

Ending = tuple[RunStatus, FailureClass | None]
MADE: Ending = (RunStatus.SUCCEEDED, None)
LOST: Ending = (RunStatus.LOST, FailureClass.LOST)
UNSURE: Ending = (RunStatus.UNCERTAIN, FailureClass.UNCERTAIN)


def failed(failure_class: FailureClass) -> Ending:
    return RunStatus.FAILED, failure_class


BROKEN = failed(FailureClass.EXECUTION_ERROR)
REJECTED = failed(FailureClass.CLIP_REJECTED)
NO_FILE = failed(FailureClass.DOWNLOAD_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    kind: str
    endings: tuple[Ending, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1

    @property
    def is_stuck(self) -> bool:
        """Whether the server does nothing more until we give the run up."""
        return self.kind == "stall" and MADE not in self.endings

    def fault(self, prompt: str) -> dict[str, Any]:
        match = {"prompt_contains": prompt}
        return {"kind": self.kind, "match": match, "times": self.times, "params": self.params}


def _row(kind: str, *endings: Ending, times: int = 1, **params: Any) -> Expected:
    return Expected(kind=kind, endings=endings, params=params, times=times)


COMFY = (
    _row("http_500", MADE),
    _row("drop_before_accept", MADE),
    _row("drop_after_accept", MADE),
    _row("slow_submit", MADE, delay_s=1.0),
    _row("partial_200", failed(FailureClass.INVALID_INPUT)),
    _row("out_of_vram", MADE, failed(FailureClass.OUT_OF_VRAM)),
    _row("out_of_vram", failed(FailureClass.OUT_OF_VRAM), times=2),
    _row("execution_error", BROKEN),
    _row("lose_job", LOST),
    _row("restart", LOST, down_s=0.3),
    _row("wedge", LOST, failed(FailureClass.SERVER_DOWN)),  # until somebody restarts the server
    _row("stall", MADE, seconds=120.0),
    _row("stall", failed(FailureClass.STALLED), failed(FailureClass.TIMED_OUT)),
    _row("deaf_socket", MADE),
    _row("bad_video", REJECTED),
    _row("frozen_video", REJECTED),
    _row("black_video", REJECTED),
    _row("truncated_file", REJECTED),
    _row("no_output", BROKEN),
    _row("slow_history", MADE, delay_s=0.5),
    _row("disk_full", failed(FailureClass.DISK_FULL)),
    _row("audio_twin", MADE),
    _row("output_key", MADE),
    _row("temp_output", BROKEN),
    _row("previews", MADE),
    _row("slow_view", MADE, delay_s=0.5),
    _row("truncate_view", MADE),
    _row("view_no_length", MADE),
    _row("etag_change", MADE),
    _row("view_404", NO_FILE),
)
GOOGLE = (
    _row("http_status", UNSURE, status=503),
    _row("http_status", MADE, status=429, retry_after_s=1),
    _row("http_status", failed(FailureClass.SIGN_IN), status=403),
    _row("http_status", failed(FailureClass.INVALID_INPUT), status=400),
    _row("drop_before_accept", UNSURE),
    _row("drop_after_accept", UNSURE),
    _row("empty_body", UNSURE),
    _row("html_200", UNSURE),
    _row("slow_answer", MADE, delay_s=0.5),
    _row("poll_status", MADE, status=503, times=2),
    _row("poll_drop", MADE, times=2),
    _row("poll_empty", MADE),
    _row("poll_html", MADE),
    _row("op_error", BROKEN),
    _row("rai_filtered", failed(FailureClass.FILTERED)),
    _row("done_empty", BROKEN, UNSURE),
    _row("json_video", REJECTED, NO_FILE),
    _row("empty_video", REJECTED, NO_FILE),
    _row("cut_video", REJECTED, NO_FILE),
    _row("bad_video", REJECTED),
    _row("frozen_video", REJECTED),
    _row("black_video", REJECTED),
)
OF_CONDITION: Mapping[str, Sequence[Expected]] = {
    "animatediff": COMFY,
    "wan-1.3b": COMFY,
    "veo-3.1-lite": GOOGLE,
    "gemini-omni": GOOGLE,
    "hybrid": COMFY,  # it goes to a ComfyUI first
}
# Nobody's run may end otherwise because of these: they strike any request, whosever it is.
BACKGROUND = {
    "kind": "random",
    "params": {
        "rate": 0.01,
        "kinds": ["silence", "history_500", "queue_500", "http_429"],
        "params_of": {"silence": {"seconds": 1.0}, "http_429": {"retry_after_s": 1}},
    },
}


def endings_of(condition: str, expected: Expected | None, *, was_played: bool) -> set[Ending]:
    """How a run may end; a hybrid's goes on where another back end may do it."""
    if expected is None or not was_played:
        return {MADE}
    endings = set(expected.endings)
    onward = {failure_class for _, failure_class in endings} & FALLS_BACK
    return endings | {MADE} if condition == "hybrid" and onward else endings
