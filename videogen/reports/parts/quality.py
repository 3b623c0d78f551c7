"""Quality: what the blind panel thinks of the clips, and how far its mean can be trusted."""

from videogen.analysis import PanelMean
from videogen.analysis.agreement import Icc
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.evidence.opinions import CampaignOpinions, PairedConditions
from videogen.reports import cells, charts
from videogen.reports.content import ReportContent
from videogen.reports.document import Block, Bullets, Cell, Chart, Facts, Paragraph, Part, Table
from videogen.reports.voice import Voice
from videogen.texts import formats

DIGITS = {"variance": ".2f", "ratio": ".1f"}  # of a screening rule's figures; counts need none
ALPHA = 0.05


def part(content: ReportContent, voice: Voice) -> Part:
    return Part(
        anchor="quality",
        title=voice.t("report.quality.title"),
        question=voice.t("report.quality.question"),
        blocks=tuple(_blocks(content, voice)),
    )


def _blocks(content: ReportContent, voice: Voice) -> list[Block]:
    opinions = content.opinions
    if opinions is None:
        return [Paragraph(text=voice.t("report.quality.none")), *_left_out(content, voice)]
    found: list[Block] = []
    if not content.is_formal:
        note = voice.t("quality.informal_note", n=N_RATERS_FORMAL)
        found.append(Paragraph(text=f"{_informal(content, voice)}: {note}", tone="note"))
    found += [_table(content, voice), _scores(opinions, voice), _counts(opinions, voice)]
    if opinions.pairs:
        found.append(_pairs(opinions.pairs, voice))
    found += [_agreement(opinions, voice), *_left_out(content, voice)]
    return found


def _informal(content: ReportContent, voice: Voice) -> str:
    return voice.t("quality.informal", n=content.case.found.n_raters)


def _table(content: ReportContent, voice: Voice) -> Table:
    opinions = content.opinions
    panels = {one.name: one.panel for one in opinions.conditions} if opinions else {}
    rows = tuple(
        (
            cells.condition(row, voice),
            Cell(
                text=formats.score(row.quality.estimate),
                notes=cells.said(row, "quality", formats.score, voice),
            ),
            Cell(text=cells.interval_of(row.quality, formats.score, voice) or formats.UNKNOWN),
            Cell(text=_rated(panels.get(row.condition), voice)),
        )
        for row in content.case.rows
    )
    names = ("mos", "interval", "rated")
    return Table(
        title=voice.t("report.quality.table"),
        heads=(voice.t("matrix.condition"), *voice.heads(names)),
        rows=rows,
        numeric=frozenset({1, 2}),
        note=voice.t("report.quality.note"),
    )


def _rated(panel: PanelMean | None, voice: Voice) -> str:
    if panel is None:
        return voice.t("report.raters_none")
    return voice.t("quality.part_n", n_raters=panel.n_raters, n_prompts=panel.n_prompts)


def _scores(opinions: CampaignOpinions, voice: Voice) -> Chart:
    rated = [one for one in opinions.conditions if one.n_ratings]
    stacks = [
        charts.Stack(
            name=voice.name(one.name),
            counts=one.n_by_score,
            said=voice.t("report.n_ratings", n=formats.count(one.n_ratings)),
        )
        for one in rated
    ]
    said = "; ".join(
        voice.t(
            "quality.scores_alt",
            name=voice.name(one.name),
            counts=", ".join(f"{score}: {n}" for score, n in enumerate(one.n_by_score, start=1)),
        )
        for one in rated
    )
    title = voice.t("quality.scores")
    words = [voice.t(f"quality.score.{score}") for score in range(1, 6)]
    drawn = charts.score_shares(
        stacks, words=words, said=charts.Said(title=title, description=said)
    )
    return Chart(title=title, description=said, svg=drawn)


def _counts(opinions: CampaignOpinions, voice: Voice) -> Table:
    rows = tuple(
        (
            Cell(text=voice.name(one.name)),
            *(Cell(text=formats.count(n)) for n in one.n_by_score),
            Cell(text=formats.count(one.n_ratings)),
        )
        for one in opinions.conditions
    )
    scores = (voice.t(f"quality.score.{score}") for score in range(1, 6))
    return Table(
        title="",
        heads=(voice.t("matrix.condition"), *scores, voice.t("quality.n_head")),
        rows=rows,
        numeric=frozenset(range(1, 7)),
    )


def _pairs(pairs: tuple[PairedConditions, ...], voice: Voice) -> Table:
    return Table(
        title=voice.t("quality.differences"),
        heads=tuple(
            voice.t(key)
            for key in (
                "quality.pair", "quality.difference", "quality.ci95", "quality.p_holm",
                "quality.meaning",
            )
        ),
        rows=tuple(_pair(one, voice) for one in pairs),
        numeric=frozenset({1, 2, 3}),
        note=voice.t("quality.pairs_note", n=len(pairs)),
    )  # fmt: skip


def _pair(pair: PairedConditions, voice: Voice) -> tuple[Cell, ...]:
    found = pair.difference
    first, second = voice.name(pair.first), voice.name(pair.second)
    counted = voice.t("quality.pair_n", n_prompts=found.n_prompts, n_raters=found.n_raters)
    meaning = voice.t("quality.no_difference")
    if pair.p_adjusted < ALPHA:
        meaning = voice.t("quality.better", name=first if found.difference > 0 else second)
    return (
        Cell(text=voice.t("report.quality.pair", first=first, second=second), notes=(counted,)),
        Cell(text=_signed(found.difference)),
        Cell(
            text=voice.t(
                "report.quality.interval95",
                low=_signed(found.ci95_low),
                high=_signed(found.ci95_high),
            )
        ),
        Cell(text=_probability(pair.p_adjusted)),
        Cell(text=meaning),
    )


def _agreement(opinions: CampaignOpinions, voice: Voice) -> Facts:
    found = opinions.agreement
    few = voice.t("quality.too_few_ratings")
    alpha = few if found.alpha is None else f"{found.alpha:.2f}"
    spread = few if found.sos_parameter is None else f"{found.sos_parameter:.2f}"
    return Facts(
        pairs=(
            (voice.t("quality.icc"), _icc(found.icc, voice)),
            (voice.t("quality.alpha"), alpha),
            (voice.t("quality.sos"), spread),
        )
    )


def _icc(icc: Icc | None, voice: Voice) -> str:
    if icc is None:
        return voice.t("quality.too_few_ratings")
    estimate = f"{icc.estimate:.2f}"
    if icc.low is None or icc.high is None:
        return estimate
    return voice.t(
        "quality.icc_figure", estimate=estimate, low=f"{icc.low:.2f}", high=f"{icc.high:.2f}"
    )


def _left_out(content: ReportContent, voice: Voice) -> list[Block]:
    """By number and rule: a report names no rater."""
    gone = content.case.found.raters_left_out
    if not gone:
        return [Paragraph(text=voice.t("report.quality.nobody_left_out"), tone="note")]
    lines, numbers = [], content.case.found.rater_numbers
    for one in gone:
        rules = "; ".join(
            voice.t(
                f"screening.{finding.reason.value}_figures",
                **{name: format(n, DIGITS.get(name, "")) for name, n in finding.facts.items()},
            )
            for finding in one.findings
        )
        lines.append(f"{voice.t('report.rater', n=numbers[one.name])}: {rules}")
    return [Paragraph(text=voice.t("report.quality.left_out")), Bullets(items=tuple(lines))]


def _signed(value: float | None) -> str:
    return formats.UNKNOWN if value is None else f"{value:+.2f}".replace("-", "−")


def _probability(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
