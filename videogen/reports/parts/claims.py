"""The paper's claims: where they contradict each other, and what was measured of each."""

from collections.abc import Sequence
from datetime import date

from videogen.evidence.paper.claims_audit import AuditedClaim
from videogen.evidence.paper.contradictions import Contradiction
from videogen.reports import cells
from videogen.reports.content import ReportContent
from videogen.reports.document import Block, Bullets, Cell, Facts, Heading, Paragraph, Part, Table
from videogen.reports.voice import Voice
from videogen.texts import formats


def part(content: ReportContent, voice: Voice) -> Part:
    found: list[Block] = []
    if content.contradictions:
        found.append(_contradictions(content.contradictions, voice))
    if content.audit:
        found += [_audit(content.audit, voice), *_unchecked(content.audit, voice)]
    if not found:
        found.append(Paragraph(text=voice.t("report.claims.none")))
    found += _sources(content, voice)
    return Part(
        anchor="claims",
        title=voice.t("report.claims.title"),
        question=voice.t("report.claims.question"),
        blocks=tuple(found),
    )


def _sources(content: ReportContent, voice: Voice) -> list[Block]:
    """Where every claimed and published figure of this report was read, and when."""
    sources = dict.fromkeys((one.source, one.as_of) for one in content.case.claims if one.source)
    lines = tuple(
        name if as_of is None else f"{name} ({voice.day(date.fromisoformat(as_of))})"
        for name, as_of in sources
    )
    return [Heading(text=voice.t("report.claims.sources")), Bullets(items=lines)] if lines else []


def _contradictions(found: tuple[Contradiction, ...], voice: Voice) -> Table:
    return Table(
        title=voice.t("report.claims.contradictions"),
        heads=voice.heads(("clash", "arithmetic")),
        rows=tuple(
            (
                Cell(text=voice.say(one.sentence)),
                Cell(text="\n".join(voice.say(step) for step in one.steps)),
            )
            for one in found
        ),
        wide=frozenset({0, 1}),
    )


def _audit(audit: Sequence[AuditedClaim], voice: Voice) -> Table:
    """Those that something stands beside."""
    names = ("claim", "stated", "recomputed", "published", "measured", "word")
    return Table(
        title=voice.t("report.claims.audit"),
        heads=voice.heads(names),
        rows=tuple(_row(one, voice) for one in audit if _is_checked(one)),
        wide=frozenset({2, 4, 5}),
        note=voice.t("report.claims.note"),
    )


def _unchecked(audit: Sequence[AuditedClaim], voice: Voice) -> list[Block]:
    pairs = tuple(
        (_named(one, voice), voice.say(one.stated)) for one in audit if not _is_checked(one)
    )
    if not pairs:
        return []
    return [Heading(text=voice.t("report.claims.unchecked")), Facts(pairs=pairs)]


def _is_checked(audited: AuditedClaim) -> bool:
    return any((audited.recomputed, audited.published, audited.measured, audited.conflicts))


def _named(audited: AuditedClaim, voice: Voice) -> str:
    said = voice.t(f"brief.measure.{audited.claim.measure}")
    whose = voice.t_or(f"condition.{audited.claim.condition}", "")
    return f"{whose}: {said}" if whose else said


def _row(audited: AuditedClaim, voice: Voice) -> tuple[Cell, ...]:
    claim = audited.claim
    again, published, measured = audited.recomputed, audited.published_value, audited.measured
    unknown = Cell(text=formats.UNKNOWN)
    return (
        Cell(
            text=voice.t(f"brief.measure.{claim.measure}"),
            notes=(voice.t_or(f"condition.{claim.condition}", ""),),
        ),
        Cell(text=voice.say(audited.stated)),
        unknown
        if again is None
        else Cell(text=voice.say(again.value), notes=(voice.say(again.arithmetic),)),
        unknown if published is None else Cell(text=voice.say(published)),
        unknown if measured is None else Cell(text=voice.say(measured.sentence)),
        Cell(
            text=voice.t(f"brief.word.{audited.word.value}"),
            tone=cells.TONES.get(audited.word.value, ""),
            notes=(voice.say(audited.reason),),
        ),
    )
