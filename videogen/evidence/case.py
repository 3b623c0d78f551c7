"""Everything that the Decision page, the Costs page and the reports tell of one campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from videogen.analysis import decide
from videogen.domain.decision import Decision
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.claims import Claim
from videogen.evidence.gpu_hours import machine_use, wants_energy
from videogen.evidence.loading import CampaignEvidence, load_evidence
from videogen.evidence.matrix import MatrixRow, comparison_matrix
from videogen.store import Database, MachineUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One campaign's evidence and what follows from it under one set of assumptions."""

    found: CampaignEvidence
    decision: Decision
    rows: tuple[MatrixRow, ...]
    assumptions: Assumptions
    claims: tuple[Claim, ...]
    prices: tuple[Price, ...]
    machine: Mapping[str, MachineUse] = field(default_factory=dict)  # where a cost needs it
    on: date | None = None  # whose prices count; None: the day on which it is asked

    @property
    def is_settled(self) -> bool:
        """Whether it may answer for good: real runs and raters, no fewer than planned."""
        return not self.found.is_sandbox and self.decision.provisional_verdict is None

    def row(self, condition: str) -> MatrixRow | None:
        """By the name that the evidence uses; None where the campaign does not have it."""
        return next((row for row in self.rows if row.condition == condition), None)


def load_case(
    database: Database,
    campaign_id: str,
    *,
    claims: Sequence[Claim],
    prices: Sequence[Price],
    assumptions: Assumptions | None = None,
    origin: Origin | None = None,
    on: date | None = None,
) -> Case:
    """With the prices of a day, of today unless told. Raises: NotFoundError."""
    found = load_evidence(database, campaign_id, origin=origin)
    chosen = assumptions or Assumptions()
    with_energy = wants_energy(chosen, prices, on or datetime.now(UTC).date())
    return case_of(
        found,
        claims=claims,
        prices=prices,
        assumptions=chosen,
        machine=machine_use(database, found, with_energy=with_energy),
        on=on,
    )


def case_of(
    found: CampaignEvidence,
    *,
    claims: Sequence[Claim],
    prices: Sequence[Price],
    assumptions: Assumptions,
    machine: Mapping[str, MachineUse] | None = None,
    on: date | None = None,
) -> Case:
    """From evidence that is loaded already; takes no database, so it is as quick as arithmetic."""
    decision = decide(found.evidence)
    rows = comparison_matrix(found, decision, claims=claims)
    return Case(
        found=found,
        decision=decision,
        rows=tuple(rows),
        assumptions=assumptions,
        claims=tuple(claims),
        prices=tuple(prices),
        machine=machine or {},
        on=on,
    )
