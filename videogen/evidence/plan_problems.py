"""What stands in a plan's way, all of it at once, before anything is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.generation import MissingParts
from videogen.domain.run import Origin
from videogen.evidence.forecast import CapCheck, Forecast
from videogen.evidence.verdict import Sentence

BYTES_PER_GB = 10**9
ROUTED = BackendKind.ROUTED


class ProblemKind(StrEnum):
    RETIRED = "retired"
    NO_BACKEND = "no_backend"
    MIXED = "mixed"
    HELD = "held"
    MISSING = "missing"
    PRICE_UNKNOWN = "price_unknown"
    CAP_CAMPAIGN = "cap_campaign"
    CAP_MONTH = "cap_month"
    CAP_PERSON = "cap_person"
    CAP_PROVIDER = "cap_provider"
    DISK = "disk"
    UNLIKE = "unlike"


BLOCKING = {ProblemKind.RETIRED, ProblemKind.NO_BACKEND, ProblemKind.MIXED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One obstacle and whom it concerns; its sentence is campaigns.problem.<kind>."""

    kind: ProblemKind
    conditions: tuple[str, ...] = ()  # names
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_blocking(self) -> bool:
        """Nothing can start; the others let runs begin and name what will be refused."""
        return self.kind in BLOCKING


def plan_problems(
    known: Forecast,
    origins: Mapping[str, Origin | None],
    *,
    retired: Sequence[str] = (),
    missing: Mapping[str, MissingParts] | None = None,
    held: Sequence[str] = (),
) -> tuple[Problem, ...]:
    """The blocking ones first.

    Args: origins: by condition name, None where nothing would take its runs now.
        missing: what each condition's server lacks, where it was asked.
        held: conditions all of whose back ends are paused, tripped or out of quota.
    """
    found = [*_of_back_ends(origins, retired)]
    waiting = tuple(name for name in held if name not in retired)
    if waiting:
        found.append(Problem(kind=ProblemKind.HELD, conditions=waiting))
    for name, parts in (missing or {}).items():
        if parts:
            facts = {"parts": ", ".join([*parts.nodes, *parts.models])}
            found.append(Problem(kind=ProblemKind.MISSING, conditions=(name,), facts=facts))
    found += _of_money(known, origins)
    if known.is_disk_short:
        sizes = {"needed_bytes": known.disk_bytes, "free_bytes": known.disk_free_bytes}
        found.append(Problem(kind=ProblemKind.DISK, facts=sizes))
    found += _of_purposes(known)
    return tuple(found)


def problem_sentence(problem: Problem) -> Sentence:
    """Its {names} are the conditions' own; a page may put their titles in their place."""
    facts: dict[str, object] = {"names": ", ".join(problem.conditions)}
    for name, value in problem.facts.items():
        if isinstance(value, Decimal):
            facts[name.removesuffix("_usd")] = f"${value:.2f}"
        elif isinstance(value, int):
            facts[name.removesuffix("_bytes")] = f"{value / BYTES_PER_GB:.1f} GB"
        else:
            facts[name] = value
    return Sentence(key=f"campaigns.problem.{problem.kind.value}", facts=facts)


def _of_back_ends(origins: Mapping[str, Origin | None], retired: Sequence[str]) -> list[Problem]:
    found = []
    gone = tuple(name for name in origins if name in retired)
    if gone:
        found.append(Problem(kind=ProblemKind.RETIRED, conditions=gone))
    unable = tuple(name for name, one in origins.items() if one is None and name not in gone)
    if unable:
        found.append(Problem(kind=ProblemKind.NO_BACKEND, conditions=unable))
    if len({one for one in origins.values() if one is not None}) > 1:
        simulated = tuple(name for name, one in origins.items() if one is Origin.SANDBOX)
        found.append(Problem(kind=ProblemKind.MIXED, conditions=simulated))
    return found


def _of_purposes(known: Forecast) -> list[Problem]:
    """A clip from an image and one from text alone are rated as what they are not: rivals."""
    made = [one.condition for one in known.conditions if one.condition.backend is not ROUTED]
    if len({one.purpose for one in made}) < 2:
        return []
    usual = made[0].purpose
    others = tuple(one.name for one in made if one.purpose is not usual)
    return [Problem(kind=ProblemKind.UNLIKE, conditions=others)]


def _of_money(known: Forecast, origins: Mapping[str, Origin | None]) -> list[Problem]:
    unpriced = tuple(
        part.condition.name
        for part in known.conditions
        if _is_bought(part.condition, origins) and part.cost_high_usd is None
    )
    found = [Problem(kind=ProblemKind.PRICE_UNKNOWN, conditions=unpriced)] if unpriced else []
    return found + [_cap_problem(check) for check in known.caps if check.is_passed]


def _is_bought(condition: Condition, origins: Mapping[str, Origin | None]) -> bool:
    return condition.location is Location.CLOUD and origins.get(condition.name) is Origin.LIVE


def _cap_problem(check: CapCheck) -> Problem:
    sums = {"asked_usd": check.asked_usd, "left_usd": check.left_usd, "cap_usd": check.cap_usd}
    named = {"subject": check.subject} if check.subject else {}
    return Problem(kind=ProblemKind(f"cap_{check.cap}"), facts={**sums, **named})
