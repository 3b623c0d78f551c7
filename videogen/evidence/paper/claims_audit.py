"""Every claim of the paper beside what follows from it, what is published and what is measured."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.domain.money import Price
from videogen.evidence.case import Case
from videogen.evidence.claims import Claim, retired_on
from videogen.evidence.paper import cost_contradictions, plan_contradictions, time_contradictions
from videogen.evidence.paper.claim_figures import figure
from videogen.evidence.paper.contradictions import Contradiction
from videogen.evidence.paper.measured_claims import MeasuredClaim, measured_of
from videogen.evidence.paper.recomputed import Recomputed, recompute
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
    if measured is None or measured.low is None or measured.high is None or is_sandbox:
        why = _why_unsettled(claim, measured, is_sandbox=is_sandbox)
        return ClaimWord.NOT_MEASURED, Sentence(key=f"brief.reason.{why}")
    if claim.low is None and measured.n_out_of_vram:
        facts = {"n": measured.n_out_of_vram}  # "enough" is refuted by a run that had too little
        return ClaimWord.CONTRADICTED, Sentence(key="brief.reason.out_of_vram", facts=facts)
    slack = ROUNDING.get(claim.measure, 0.0)
    lowest = -math.inf if claim.low is None else claim.low - slack
    highest = math.inf if claim.high is None else claim.high + slack
    is_below, is_above = measured.high < lowest, measured.low > highest
    if not (is_below or is_above):
        return _beside(measured, lowest, highest)
    if claim.measure == "height_px":
        return ClaimWord.NOT_MEASURED, Sentence(key="brief.reason.other_size")
    side = "below" if is_below else "above"
    return ClaimWord.CONTRADICTED, Sentence(key=f"brief.reason.{_kind(claim)}{side}")


def _beside(measured: MeasuredClaim, lowest: float, highest: float) -> tuple[ClaimWord, Sentence]:
    """An interval that only touches what is claimed bears out nothing."""
    low, high = measured.low, measured.high
    if low is not None and high is not None and lowest <= low and high <= highest:
        return ClaimWord.HOLDS, Sentence(key="brief.reason.inside")
    if lowest <= measured.estimate <= highest:
        return ClaimWord.HOLDS, Sentence(key="brief.reason.overlaps")
    return ClaimWord.NOT_MEASURED, Sentence(key="brief.reason.touches")


def _why_unsettled(claim: Claim, measured: MeasuredClaim | None, *, is_sandbox: bool) -> str:
    if measured is None:
        return "mark" if claim.measure in MARKS else "nothing"
    if is_sandbox:
        return "sandbox"
    return "counting" if claim.measure == "setup_time_weeks" else "few"


def _kind(claim: Claim) -> str:
    """What the bounds are of: of a peak the configuration counts, of a time most of the runs."""
    if claim.measure == "peak_vram_mib":
        return "vram_"
    return "time_" if claim.measure.startswith("wall_time_s") else ""
