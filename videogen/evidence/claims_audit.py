"""Every claim of the paper beside what follows from it, what is published and what is measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.domain.money import Price
from videogen.evidence import cost_contradictions, plan_contradictions, time_contradictions
from videogen.evidence.case import Case
from videogen.evidence.claim_figures import figure
from videogen.evidence.claims import Claim, retired_on
from videogen.evidence.contradictions import Contradiction
from videogen.evidence.measured_claims import MeasuredClaim, measured_of
from videogen.evidence.recomputed import Recomputed, recompute
from videogen.evidence.verdict import Sentence

# Half a unit of the digit that the paper rounds to: 32 min may be 31.5 to 32.5.
ROUNDING: Mapping[str, float] = {
    "quality": 0.05,
    "stars": 0.5,
    "cost_usd": 0.005,
    "cost_usd_month_1000": 5.0,
    "wall_time_s": 30.0,
    "wall_time_s_per_frame": 30.0,
    "peak_vram_mib": 512.0,
}
MARKS = ("rockets",)


class ClaimWord(StrEnum):
    HOLDS = "holds"
    CONTRADICTED = "contradicted"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedClaim:
    """`conflicts` names the contradictions that the claim is part of."""

    claim: Claim
    stated: Sentence
    recomputed: Recomputed | None
    published: tuple[Claim, ...]
    measured: MeasuredClaim | None
    is_sandbox: bool  # of what is measured
    word: ClaimWord
    reason: Sentence
    conflicts: tuple[str, ...]

    @property
    def published_value(self) -> Sentence | None:
        """The span of everything published of it, each for its own configuration."""
        ends = [end for one in self.published for end in (one.low, one.high) if end is not None]
        return figure(self.claim.measure, min(ends), max(ends)) if ends else None


def contradictions(claims: Sequence[Claim], prices: Sequence[Price]) -> tuple[Contradiction, ...]:
    """What weighs most comes first; what does not contradict is left out."""
    found = (
        time_contradictions.time_per_frame(claims),
        time_contradictions.capacity(claims),
        time_contradictions.small_wan_time(claims),
        cost_contradictions.veo_price(claims),
        cost_contradictions.hybrid_price(claims),
        cost_contradictions.veo_retired(claims, prices),
        cost_contradictions.saving(claims),
        plan_contradictions.weeks(claims),
        plan_contradictions.memory(claims),
        plan_contradictions.vram_configuration(claims),
        plan_contradictions.gpu_part(claims),
        time_contradictions.rockets(claims),
    )
    return tuple(one for one in found if one is not None)


def audit_claims(case: Case) -> tuple[AuditedClaim, ...]:
    """Every claimed figure in the file's order; words such as a risk have no figure to audit."""
    clashes = contradictions(case.claims, case.prices)
    return tuple(
        _audited(case, claim, clashes)
        for claim in case.claims
        if claim.kind == "claimed" and (claim.low is not None or claim.high is not None)
    )


def _audited(case: Case, claim: Claim, clashes: Sequence[Contradiction]) -> AuditedClaim:
    measured = measured_of(case, claim)
    word, reason = judge(claim, measured, is_sandbox=case.found.is_sandbox)
    day = retired_on(case.claims, claim.condition)
    if measured is None and day is not None and claim.measure not in MARKS:
        reason = Sentence(key="brief.reason.retired", facts={"day": day})
    same = (claim.condition, claim.measure)
    return AuditedClaim(
        claim=claim,
        stated=figure(claim.measure, claim.low, claim.high),
        recomputed=recompute(claim, case.claims),
        published=tuple(
            one
            for one in case.claims
            if one.kind == "published" and (one.condition, one.measure) == same
        ),
        measured=measured,
        is_sandbox=measured is not None and case.found.is_sandbox,
        word=word,
        reason=reason,
        conflicts=tuple(clash.name for clash in clashes if claim in clash.clashing),
    )


def judge(
    claim: Claim, measured: MeasuredClaim | None, *, is_sandbox: bool
) -> tuple[ClaimWord, Sentence]:
    """Contradicted only where the whole measured interval lies outside what was claimed."""
    if measured is None:
        why = "mark" if claim.measure in MARKS else "nothing"
        return ClaimWord.NOT_MEASURED, Sentence(key=f"brief.reason.{why}")
    if is_sandbox:
        return ClaimWord.NOT_MEASURED, Sentence(key="brief.reason.sandbox")
    if measured.low is None or measured.high is None:
        why = "counting" if claim.measure == "setup_time_weeks" else "few"
        return ClaimWord.NOT_MEASURED, Sentence(key=f"brief.reason.{why}")
    slack = ROUNDING.get(claim.measure, 0.0)
    is_below = claim.low is not None and measured.high < claim.low - slack
    is_above = claim.high is not None and measured.low > claim.high + slack
    if claim.measure == "height_px" and (is_below or is_above):
        return ClaimWord.NOT_MEASURED, Sentence(key="brief.reason.other_size")
    if is_below or is_above:
        side = "below" if is_below else "above"
        if claim.measure == "peak_vram_mib":
            side = f"vram_{side}"  # another configuration of the same model may well be there
        return ClaimWord.CONTRADICTED, Sentence(key=f"brief.reason.{side}")
    is_inside = (claim.low is None or measured.low >= claim.low - slack) and (
        claim.high is None or measured.high <= claim.high + slack
    )
    return ClaimWord.HOLDS, Sentence(key=f"brief.reason.{'inside' if is_inside else 'overlaps'}")
