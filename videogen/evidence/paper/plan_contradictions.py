"""The paper's weeks and its memory against each other."""

from collections.abc import Sequence

from videogen.evidence.claims import Claim, Span, span_of
from videogen.evidence.paper.contradictions import Contradiction, shown
from videogen.evidence.verdict import Sentence

PHASES = ("phase_1_weeks", "phase_2_weeks", "phase_3_weeks")
MIB_PER_GB = 1024


def phase_weeks(claims: Sequence[Claim]) -> tuple[Span, ...]:
    """None of them where one is missing: a sum without it would be too short."""
    spans = [span_of(claims, measure) for measure in PHASES]
    known = tuple(span for span in spans if span is not None)
    return known if len(known) == len(PHASES) else ()


def weeks(claims: Sequence[Claim]) -> Contradiction | None:
    """The weeks of the summary against the sum of the phases."""
    claimed = span_of(claims, "wan_development_weeks")
    phases = phase_weeks(claims)
    if claimed is None or not phases:
        return None
    total = sum(phase.low for phase in phases)
    if claimed.low <= total <= claimed.high:
        return None
    first, second, third = (phase.low for phase in phases)
    facts = {
        "claimed": shown("wan_development_weeks", claimed),
        "total": total,
        "first": first,
        "second": second,
        "third": third,
        "until_in_use": first + second,
    }
    return Contradiction(
        name="weeks",
        sentence=Sentence(key="brief.clash.weeks", facts=facts),
        steps=(
            Sentence(key="brief.step.weeks", facts=facts),
            Sentence(key="brief.step.weeks_in_use", facts=facts),
        ),
        clashing=claimed.claims,
        inputs=(*claimed.claims, *(claim for phase in phases for claim in phase.claims)),
        result={"weeks": total},
    )


def memory(claims: Sequence[Claim]) -> Contradiction | None:
    """A card with less memory than the paper says WAN takes is said to be enough."""
    card = span_of(claims, "gpu_memory_mib")
    needs = [
        claim
        for claim in claims
        if claim.measure == "peak_vram_mib"
        and claim.kind == "claimed"
        and claim.condition == "wan-14b"
    ]
    whole = [claim for claim in needs if claim.low is not None and claim.high is not None]
    enough = [claim for claim in needs if claim.low is None]
    if card is None or not whole or not enough:
        return None
    most = max(claim.high or 0.0 for claim in whole)
    least = min(claim.low or 0.0 for claim in whole)
    if most <= card.low:
        return None
    facts = {
        "card_gb": card.low / MIB_PER_GB,
        "least_gb": least / MIB_PER_GB,
        "most_gb": most / MIB_PER_GB,
        "over_gb": (most - card.low) / MIB_PER_GB,
    }
    return Contradiction(
        name="memory",
        sentence=Sentence(key="brief.clash.memory", facts=facts),
        steps=(Sentence(key="brief.step.memory", facts=facts),),
        clashing=(*whole, *enough),
        inputs=(*card.claims, *whole, *enough),
        result={"over_gb": facts["over_gb"]},
    )


def vram_configuration(claims: Sequence[Claim]) -> Contradiction | None:
    """One model, published with very different peaks: a range for "WAN" says nothing."""
    swapped = span_of(claims, "peak_vram_mib", "wan-14b", kind="published")
    whole = span_of(claims, "peak_vram_mib", "wan-14b-720p", kind="published")
    small = span_of(claims, "peak_vram_mib", "wan-1.3b", kind="published")
    claimed = span_of(claims, "peak_vram_mib", "wan-14b")
    if swapped is None or whole is None or small is None or claimed is None:
        return None
    if whole.high <= claimed.high and small.low >= claimed.low:
        return None
    facts = {
        "claimed": shown("peak_vram_mib", claimed),
        "small": shown("peak_vram_mib", small),
        "swapped_gb": swapped.high / MIB_PER_GB,
        "whole_gb": whole.high / MIB_PER_GB,
        "swapped_note": swapped.claims[0].note or "",
        "whole_note": whole.claims[0].note or "",
        "factor": whole.high / swapped.high,
    }
    return Contradiction(
        name="vram_configuration",
        sentence=Sentence(key="brief.clash.vram_configuration", facts=facts),
        steps=(
            Sentence(key="brief.step.vram_small", facts=facts),
            Sentence(key="brief.step.vram_swapped", facts=facts),
            Sentence(key="brief.step.vram_whole", facts=facts),
        ),
        clashing=claimed.claims,
        inputs=(*claimed.claims, *small.claims, *swapped.claims, *whole.claims),
        result={"factor": whole.high / swapped.high},
    )


def gpu_part(claims: Sequence[Claim]) -> Contradiction | None:
    """Which card the paper's RTX 5090 is, by its memory."""
    card = span_of(claims, "gpu_memory_mib")
    laptop = span_of(claims, "gpu_memory_laptop_mib", kind="published")
    desktop = span_of(claims, "gpu_memory_desktop_mib", kind="published")
    if card is None or laptop is None or desktop is None:
        return None
    if card.low == desktop.low or card.low != laptop.low:
        return None
    facts = {
        "card_gb": card.low / MIB_PER_GB,
        "laptop_gb": laptop.low / MIB_PER_GB,
        "desktop_gb": desktop.low / MIB_PER_GB,
        "less_gb": (desktop.low - card.low) / MIB_PER_GB,
    }
    return Contradiction(
        name="gpu_part",
        sentence=Sentence(key="brief.clash.gpu_part", facts=facts),
        steps=(Sentence(key="brief.step.gpu_part", facts=facts),),
        clashing=card.claims,
        inputs=(*card.claims, *laptop.claims, *desktop.claims),
        result={"less_gb": facts["less_gb"]},
    )
