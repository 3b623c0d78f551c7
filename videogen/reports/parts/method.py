"""How the figures were made: rules by name, what was left out, and what makes it repeatable."""

from videogen.domain.campaign import EVERY_PROMPT
from videogen.evidence.criterion_words import ORDER, limit_text
from videogen.reports.content import ReportContent
from videogen.reports.document import Bullets, Cell, Facts, Heading, Part, Table
from videogen.reports.voice import Voice
from videogen.texts import formats


def part(content: ReportContent, voice: Voice) -> Part:
    return Part(
        anchor="method",
        title=voice.t("report.method.title"),
        question=voice.t("report.method.question"),
        blocks=(
            Bullets(items=tuple(voice.t(f"report.method.{name}") for name in _notes(content))),
            _rules(content, voice),
            Heading(text=voice.t("report.method.left_out")),
            _left_out(content, voice),
            _conditions(content, voice),
            _hashes(content, voice),
        ),
    )


def _notes(content: ReportContent) -> list[str]:
    origin = "sandbox" if content.is_sandbox else "live"
    return [origin, "interval", "overall", "cost", "memory", "claims", "raters"]


def _rules(content: ReportContent, voice: Voice) -> Table:
    criteria = content.case.found.evidence.criteria
    rows = []
    for name in ORDER:
        rules = dict.fromkeys(
            judged.criteria[name].rule for judged in content.case.decision.conditions
        )
        rows.append(
            (
                Cell(text=voice.t(f"criterion.{name.value}")),
                Cell(text=limit_text(name, criteria, voice.language)),
                Cell(
                    text=voice.t(f"report.method.rule.{name.value}"),
                    notes=tuple(rules),
                ),
            )
        )
    return Table(
        title=voice.t("report.method.rules", version=criteria.version),
        heads=voice.heads(("criterion", "limit", "rule")),
        rows=tuple(rows),
        wide=frozenset({2}),
        note=_thresholds(content, voice),
    )


def _thresholds(content: ReportContent, voice: Voice) -> str:
    criteria = content.case.found.evidence.criteria
    return voice.t(
        "report.method.thresholds",
        version=criteria.version,
        since=voice.day(criteria.since),
        who=criteria.who or formats.UNKNOWN,
        why=criteria.why or formats.UNKNOWN,
    )


def _left_out(content: ReportContent, voice: Voice) -> Facts:
    """Every kind, those of which nothing was left out too: a reader need not ask."""
    found = content.case.found
    n_cancelled = sum(one.tally.n_cancelled for one in found.evidence.conditions)
    counts = {
        "in_progress": found.n_runs_in_progress,
        "cancelled": n_cancelled,
        "other_origin": found.n_runs_other_origin,
        "unknown_origin": found.n_runs_unknown_origin,
        "ratings": found.n_ratings_left_out,
        "raters": len(found.raters_left_out),
    }
    return Facts(
        pairs=tuple(
            (voice.t(f"report.method.left_out.{name}"), formats.count(n))
            for name, n in counts.items()
        )
    )


def _conditions(content: ReportContent, voice: Voice) -> Table:
    names = ("model", "size", "condition_id")
    rows = []
    for row in content.case.rows:
        made = content.case.found.conditions[row.condition]
        size = formats.UNKNOWN
        if made.width_px is not None and made.height_px is not None:
            duration = voice.seconds(made.clip_duration_s)
            facts = {"width": made.width_px, "height": made.height_px, "duration": duration}
            size = voice.t("condition.size", **facts)
        rows.append(
            (
                Cell(text=voice.name(row.condition)),
                Cell(text=made.model),
                Cell(text=size),
                Cell(text=row.condition_id),
            )
        )
    return Table(
        title=voice.t("report.method.conditions"),
        heads=(voice.t("matrix.condition"), *voice.heads(names)),
        rows=tuple(rows),
    )


def _hashes(content: ReportContent, voice: Voice) -> Table:
    campaign, suite = content.campaign, content.suite
    stored_sha256 = formats.UNKNOWN if suite is None else suite.content_sha256
    pairs: dict[str, str] = {
        "campaign_id": campaign.campaign_id,
        "frozen_at": voice.moment(campaign.frozen_at),
        "suite_sha256": campaign.suite_sha256 or stored_sha256,
        "preregistration": campaign.preregistration_sha256 or formats.UNKNOWN,
        "screening": voice.t("report.screening", version=campaign.screening_version)
        if campaign.screening_version is not None
        else voice.t("report.screening_none"),
    }
    told = [(voice.t(f"report.fact.{name}"), said) for name, said in pairs.items()]
    return Table(
        title=voice.t("report.method.identity"),
        heads=voice.heads(("what", "value")),
        rows=tuple(
            (Cell(text=what), Cell(text=said)) for what, said in [*told, *_inputs(content, voice)]
        ),
        wide=frozenset({1}),
    )


def _inputs(content: ReportContent, voice: Voice) -> list[tuple[str, str]]:
    """What the clips were made from, by content alone: what people call their files stays here."""
    rows = []
    for slot, files in sorted(content.campaign.inputs.items()):
        name = voice.t_or(f"slot.{slot}", slot)
        for prompt_id, sha256 in sorted(files.items()):
            if prompt_id == EVERY_PROMPT:
                what = voice.t("report.fact.input_of_every_prompt", slot=name)
            else:
                what = voice.t("report.fact.input", slot=name, prompt_id=prompt_id)
            rows.append((what, sha256))
    return rows
