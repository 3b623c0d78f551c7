"""What runs may ask of anything that generates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from videogen.domain.condition import BackendKind
from videogen.domain.generation import BackendStatus, GenerationRequest, MissingParts, Observation
from videogen.domain.run import VramTrace


class Backend(Protocol):
    """Blocking; every failure is a BackendError. Threads may share one object."""

    @property
    def name(self) -> str:
        """Stable and free of secrets, such as "comfy@127.0.0.1:8188"; stands in rows."""

    @property
    def kind(self) -> BackendKind: ...

    @property
    def is_paid(self) -> bool:
        """A paid submit whose answer is not seen is uncertain and never repeated on a guess."""

    @property
    def can_cancel(self) -> bool:
        """Whether a job ends when it is asked to; else it goes on there, and is billed."""

    @property
    def poll_interval_s(self) -> float | None:
        """How often it may be asked; None: as often as the caller likes, `wait` brings news."""

    @property
    def n_lanes(self) -> int:
        """How many of our runs it may have at once: 1 for a GPU, a vendor's own limit else."""

    @property
    def submit_interval_s(self) -> float:
        """The least time between two submits, from the vendor's quota a minute; 0: none."""

    def status(self) -> BackendStatus:
        """The light, device and versions; never raises."""

    def fingerprint(self, request: GenerationRequest) -> Mapping[str, Any]:
        """What must be equal besides `status().fingerprint` for two runs of this request's
        condition to be compared; never raises, and leaves out what is not told.
        """

    def missing(self, request: GenerationRequest) -> MissingParts:
        """All that it lacks for this request at once; empty where a vendor keeps the parts.

        Raises: BackendUnavailableError, ModelRetiredError, SignInError.
        """

    def preflight(self, request: GenerationRequest) -> None:
        """Refuse what cannot work before anything is sent.

        Raises: RequestRefusedError, NodeMissingError, ModelMissingError, ModelRetiredError,
            SignInError, BackendUnavailableError.
        """

    def submit(self, request: GenerationRequest, token: str) -> str:
        """Ask for one clip; `token` is our attempt's UUID. Returns the external id.

        Raises: OutcomeUncertainError: a paid call was sent and its answer was not seen.
        """

    def poll(self, external_id: str) -> Observation:
        """What is known of it now. Raises BackendUnavailableError when nothing answers."""

    def wait(self, external_id: str, timeout_s: float) -> None:
        """Sleep until the back end has news of this id, at most `timeout_s`."""

    def cancel(self, external_id: str) -> None: ...

    def fetch(self, external_id: str, destination: Path) -> None:
        """Write the clip to `destination`: whole, or not at all.

        Raises: DownloadFailedError, ClipRejectedError, DiskFullError.
        """

    def device_trace(self, external_id: str) -> VramTrace | None:
        """The whole device trace of this id where the server itself recorded one."""

    def memory_reading(self) -> tuple[int, int] | None:
        """(used, total) device memory in MiB from the server's own word; a lower bound."""

    def free_memory(self) -> None:
        """Let go of every loaded model and of cached memory; nothing where a vendor owns it."""

    def close(self) -> None: ...


@runtime_checkable
class KeepsModels(Protocol):
    """A back end whose model files lie in folders that people fill; a vendor's do not."""

    @property
    def name(self) -> str: ...

    def model_files(self) -> frozenset[str]:
        """Base names of every model file that it can load.

        Raises: BackendUnavailableError, NotComfyError, SignInError.
        """

    def model_folders(self) -> tuple[str, ...]:
        """Where they lie on its own machine; empty where it does not tell. Raises the same."""
