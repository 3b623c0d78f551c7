"""What follows from the verdict: the cheapest next step, and what would turn each criterion."""

from collections.abc import Sequence

from videogen.evidence.steps.flips import CriterionFlip
from videogen.reports import cells
from videogen.reports.content import ReportContent
from videogen.reports.document import Block, Bullets, Cell, Heading, Table
from videogen.reports.voice import Voice


def next_steps(content: ReportContent, voice: Voice) -> list[Block]:
    """Overall first, then each candidate's own; of several the first to pass is held to more."""
    overall, own = content.cheapest_step, tuple(content.next_steps.values())
    said = [] if overall is None else [voice.say(overall.sentence)]
    others = [one for one in map(voice.say, (step.sentence for step in own)) if one not in said]
    if len(own) > 1 or (said and others):
        said = [voice.t("report.decision.next_overall", step=one) for one in said]
        others = [voice.t("report.decision.next_alone", step=one) for one in others]
    if not (said or others):
        return []
    return [Heading(text=voice.t("report.decision.next")), Bullets(items=(*said, *others))]


def turning(content: ReportContent, condition: str, criterion: str, voice: Voice) -> Sequence[str]:
    """What would turn one criterion of one condition."""
    flips: Sequence[CriterionFlip] = content.flips.get(condition, ())
    return [
        voice.say(sentence)
        for flip in flips
        if flip.name.value == criterion
        for sentence in flip.sentences
    ]


def risks(content: ReportContent, voice: Voice) -> Table:
    rows = tuple(
        (
            Cell(
                text=voice.t(f"risks.name.{risk.name.value}"),
                notes=(
                    voice.t(
                        "report.decision.risk_claimed",
                        probability=voice.t(f"risks.level.{risk.probability.value}"),
                        impact=voice.t(f"risks.level.{risk.impact.value}"),
                    ),
                ),
            ),
            Cell(
                text=voice.t(f"risks.state.{risk.state.value}"),
                tone=cells.TONES.get(risk.state.value, ""),
            ),
            Cell(
                text="\n".join(voice.say(figure.said) for figure in risk.figures),
                notes=(f"{voice.t('report.decision.trigger')}: {voice.say(risk.rule)}",),
            ),
            Cell(text=voice.say(risk.mitigation)),
        )
        for risk in content.risks
    )
    heads = ("risk", "state", "measured", "mitigation")
    return Table(
        title=voice.t("report.decision.risks"),
        heads=voice.heads(heads),
        rows=rows,
        wide=frozenset({2}),
        note=" ".join(_overall(content, voice)),
    )


def _overall(content: ReportContent, voice: Voice) -> list[str]:
    overall = content.overall_risk
    counts = {
        "n_triggered": overall.n_triggered,
        "n": len(content.risks),
        "n_unknown": overall.n_unknown,
    }
    said = [voice.t("risks.overall", level=voice.t(f"risks.level.{overall.level.value}"))]
    if overall.claimed is not None:
        level = voice.t(f"risks.level.{overall.claimed.value}")
        said.append(voice.t("risks.overall_claimed", level=level))
    return [*said, voice.t("risks.overall_counts", **counts)]
