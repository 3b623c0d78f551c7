"""Every error that a user may see: what happened, what to do, and the facts, as keys of texts/."""

from dataclasses import dataclass

from videogen.secrecy import redacted, redacted_fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """An error's sentences, said already, in the language that was asked for."""

    message: str
    hint: str


class VideogenError(Exception):
    """The root: a message key, a hint key and facts; the sentences stand in `texts`."""

    code: str = "internal"
    exit_code: int = 2
    sentences: str | None = None  # where its texts stand, when not under its code
    words: Words | None = None  # instead of the sentences of texts/

    def __init__(self, *, field: str | None = None, value: object = None, **facts: object) -> None:
        self.field = field
        self.value = redacted_fact(value)
        self.facts = {name: redacted_fact(fact) for name, fact in facts.items()}
        super().__init__()

    def __str__(self) -> str:
        """One English line for logs; people read the sentences of texts/ instead."""
        named = {"field": self.field, "value": self.value, **self.facts}
        return f"{self.code}: " + ", ".join(f"{k}={v}" for k, v in named.items() if v is not None)

    @property
    def message_key(self) -> str:
        return f"error.{self.sentences or self.code}.message"

    @property
    def hint_key(self) -> str:
        return f"error.{self.sentences or self.code}.hint"


class InvalidInputError(VideogenError):
    """A value that cannot be used; `problem` names a sentence in texts (error.invalid_input.*)."""

    code = "invalid_input"

    def __init__(self, problem: str, *, field: str, value: object = None, **facts: object) -> None:
        self.problem = problem
        self.sentences = f"invalid_input.{problem}"
        super().__init__(field=field, value=value, **facts)


class DataFolderHeldError(VideogenError):
    """Another process owns the database."""

    code = "held"
    exit_code = 4


class PortUnavailableError(VideogenError):
    """Something else listens where we were told to."""

    code = "port_unavailable"
    exit_code = 4


class DatabaseDamagedError(VideogenError):
    """The database cannot be opened without losing rows."""

    code = "database_damaged"
    exit_code = 1


class DatabaseNewerError(VideogenError):
    """The database was written by a newer program than this one."""

    code = "database_newer"


class DatabaseFullError(VideogenError):
    """The disk that holds the database is full; the change was not stored."""

    code = "database_full"
    exit_code = 1


class DataFolderUnusableError(VideogenError):
    """The data folder cannot be made, read or written."""

    code = "data_folder_unusable"


class BackupDamagedError(VideogenError):
    """A backup is not what its manifest says, or has none; facts: backup, detail."""

    code = "backup_damaged"
    exit_code = 1


class BackupRunningError(VideogenError):
    """Another backup or restore is using the backups folder."""

    code = "backup_running"
    exit_code = 4


class NoRoomError(VideogenError):
    """There is too little room on the disk; nothing was begun. Facts: needed_mb, free_mb."""

    code = "no_room"
    exit_code = 1


class NewerDataError(VideogenError):
    """The data folder is newer than the backup, or cannot be read; facts: here, there."""

    code = "newer_data"


class RestoreUnfinishedError(VideogenError):
    """A restore that was interrupted cannot be gone on with."""

    code = "restore_unfinished"
    exit_code = 1


class NotFoundError(VideogenError):
    """Nothing is stored under this id."""

    code = "not_found"


class SignInRequiredError(VideogenError):
    """Nobody is signed in, or the token is unknown, has expired or was revoked."""

    code = "sign_in_required"


class NotAllowedError(VideogenError):
    """The person's roles do not allow it; facts: roles that do."""

    code = "not_allowed"


class RoundOpenError(NotAllowedError):
    """Whoever asks still rates this campaign: its conditions and results wait."""

    code = "round_open"


class KeyReusedError(VideogenError):
    """The idempotency key stands for another request."""

    code = "key_reused"


class ServerRefusedError(VideogenError):
    """What our own server answered: the error there by its code, in the server's words."""

    def __init__(
        self,
        code: str,
        words: Words,
        *,
        status: int,
        field: str | None = None,
        value: object = None,
    ) -> None:
        self.code = code
        self.words = words
        self.status = status
        self.exit_code = exit_code_of(code)
        super().__init__(field=field, value=value)


class ServerSilentError(VideogenError):
    """Nothing answers where our own server should, or what answers is not ours."""

    code = "server_silent"
    exit_code = 3


class AlreadyRatedError(VideogenError):
    """An opinion of this presentation stands, given under another key: by another tab, mostly."""

    code = "already_rated"


class BudgetExceededError(VideogenError):
    """A paid call would pass the monthly cap; facts: cap, asked_usd, left_usd, cap_usd."""

    code = "budget"
    exit_code = 1


class CampaignBudgetExceededError(BudgetExceededError):
    """A paid call would pass the cap of its campaign."""

    sentences = "budget_campaign"


class PersonBudgetExceededError(BudgetExceededError):
    """A paid call would pass its owner's cap of the month; facts also: subject, the name."""

    sentences = "budget_person"


class ProviderBudgetExceededError(BudgetExceededError):
    """A paid call would pass its vendor's cap of the month; facts also: subject, the kind."""

    sentences = "budget_provider"


class PriceUnknownError(BudgetExceededError):
    """A paid call has no price, so nobody can say what to hold for it."""

    sentences = "price_unknown"


class PaidCallsStoppedError(VideogenError):
    """Somebody has stopped every paid call; facts: who, why, at. What would call waits."""

    code = "paid_calls_stopped"
    exit_code = 1


class BackendError(VideogenError):
    """A back end did not do what was asked; `code` is the run's failure class."""

    code = "execution_error"
    exit_code = 1

    def __init__(
        self,
        backend: str,
        *,
        detail: str | None = None,
        field: str | None = None,
        value: object = None,
        **facts: object,
    ) -> None:
        self.backend = backend
        self.detail = None if detail is None else redacted(str(detail))
        super().__init__(field=field, value=value, **facts)
        self.facts = {"backend": backend, "detail": self.detail, **self.facts}


class BackendUnavailableError(BackendError):
    """Nothing answers at the back end's address."""

    code = "server_down"
    exit_code = 3


class ServerWedgedError(BackendUnavailableError):
    """The server answers, but its worker is dead: prompts wait and none runs until a restart."""

    sentences = "server_wedged"


class NotComfyError(BackendError):
    """Something answers, but it is not a ComfyUI server."""

    code = "not_comfyui"
    exit_code = 3


class ServerTooOldError(BackendError):
    """The ComfyUI server does not let a client choose the prompt_id."""

    code = "server_too_old"
    exit_code = 3


class RequestRefusedError(BackendError):
    """The back end refused the request as invalid; repeating it changes nothing."""

    code = "invalid_input"
    exit_code = 2

    sentences = "request_refused"


class NodeMissingError(BackendError):
    """The server lacks a node class that the workflow needs."""

    code = "node_missing"


class ModelMissingError(BackendError):
    """The server lacks a model file that the workflow names."""

    code = "model_missing"


class OutOfVramError(BackendError):
    """The GPU ran out of memory while a run was executing."""

    code = "out_of_vram"


class ExecutionFailedError(BackendError):
    """A node raised while the workflow was executing."""

    code = "execution_error"


class RunLostError(BackendError):
    """The server no longer knows an accepted run."""

    code = "lost"


class RunStalledError(BackendError):
    """No progress for longer than the workflow's limit."""

    code = "stalled"


class DeadlinePassedError(BackendError):
    """The run did not end within its deadline."""

    code = "timed_out"


class FilteredError(BackendError):
    """The vendor's content policy blocked the clip."""

    code = "filtered"


class QuotaError(BackendError):
    """The vendor's rate limit or quota is used up; `retry_after_s` when it says so."""

    code = "quota"


class ModelRetiredError(BackendError):
    """The vendor has shut the model down."""

    code = "model_retired"


class SignInError(BackendError):
    """The back end refused the credentials, or there are none."""

    code = "sign_in"


class ClipRejectedError(BackendError):
    """The file that came back is no usable clip."""

    code = "clip_rejected"


class DownloadFailedError(BackendError):
    """The clip was made but could not be fetched."""

    code = "download_failed"


class DiskFullError(BackendError):
    """There is no room for the clip."""

    code = "disk_full"


class OutcomeUncertainError(BackendError):
    """A paid call was sent and its answer was never seen."""

    code = "uncertain"


def exit_code_of(code: str) -> int:
    """What a command ends with for an error of this code, whichever process it happened in."""
    known = [VideogenError]
    for kind in known:
        if kind.code == code:
            return kind.exit_code
        known.extend(kind.__subclasses__())
    return VideogenError.exit_code
