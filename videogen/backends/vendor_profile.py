"""What a vendor's model can do, how often and until when: what is alike with all vendors."""

import tomllib
from datetime import date
from pathlib import Path
from typing import ClassVar, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from videogen.domain.generation import GenerationRequest
from videogen.errors import InvalidInputError, ModelRetiredError, RequestRefusedError

MAX_SEED = 2**32 - 1  # as wide as plans draw them


class VendorProfile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cautious_n_concurrent: ClassVar[int]  # where a model's page names no limit of its own
    cautious_requests_per_minute: ClassVar[int]

    model: str
    title: str
    source: str
    requests_per_minute: int | None = Field(default=None, ge=1)
    n_concurrent: int | None = Field(default=None, ge=1)
    retires_on: date | None = None  # None: no date that two sources agree on
    retired_on: date | None = None
    replacement: str | None = None
    note: str | None = None

    @property
    def n_lanes(self) -> int:
        return self.n_concurrent or self.cautious_n_concurrent

    @property
    def submit_interval_s(self) -> float:
        return 60.0 / (self.requests_per_minute or self.cautious_requests_per_minute)

    @property
    def ended_on(self) -> date | None:
        return self.retired_on or self.retires_on

    def has_ended(self, today: date) -> bool:
        return self.ended_on is not None and self.ended_on <= today

    def check_alive(self, backend: str, today: date) -> None:
        """Raises: ModelRetiredError: with the date and what replaces it."""
        if self.has_ended(today):
            raise self.gone(backend)

    def gone(self, backend: str) -> ModelRetiredError:
        """With what is known of its end."""
        ended_on = None if self.ended_on is None else self.ended_on.isoformat()
        when = "" if ended_on is None else f" ({ended_on})"
        instead = "" if self.replacement is None else f" → {self.replacement}"
        return ModelRetiredError(
            backend,
            detail=f"{self.model}{when}{instead}",
            model=self.model,
            retired_on=ended_on,
            replacement=self.replacement,
        )

    def check_able(self, backend: str, request: GenerationRequest) -> None:
        """Raises: RequestRefusedError: what the vendor would refuse."""
        if not 0 <= request.seed <= MAX_SEED:
            self._refuse(backend, f"seed {request.seed}; possible: 0 to {MAX_SEED}")
        if request.negative_prompt and not self.takes_negative_prompt:
            self._refuse(backend, "a negative prompt, which this model does not take")
        if not _is_unicode(request.prompt_text + (request.negative_prompt or "")):
            self._refuse(backend, "a text with half a character pair")

    @property
    def takes_negative_prompt(self) -> bool:
        raise NotImplementedError

    def _refuse(self, backend: str, what: str) -> NoReturn:
        raise RequestRefusedError(backend, detail=f"{self.model}: {what}")


Profile = TypeVar("Profile", bound=VendorProfile)


def profiles_from(path: Path, kind: type[Profile]) -> dict[str, Profile]:
    """By model. Raises: InvalidInputError: the file does not read as profiles."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
        profiles = [kind.model_validate(row) for row in rows]
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            "file_unreadable", field="path", value=path.name, detail=type(error).__name__
        ) from None
    return {profile.model: profile for profile in profiles}


def _is_unicode(text: str) -> bool:
    """Whether it can be written as UTF-8; an SDK would stumble only while sending."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
