"""What the panel thinks of the clips: the Decision page's figures, seen from every side."""

from collections.abc import Mapping, Sequence

import streamlit as st

from videogen.analysis import PanelMean
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.domain.campaign import Campaign
from videogen.domain.decision import CriterionResult
from videogen.domain.rating import Dimension
from videogen.evidence.opinions import CampaignOpinions, ConditionOpinions, PairedConditions
from videogen.ui import (
    decision_loaders,
    formats,
    language,
    links,
    markup,
    quality_charts,
    quality_loaders,
    quality_words,
    rater_names,
    rater_view,
)
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t
from videogen.ui.quality_charts import Line

LIKELY_MAX_P = 0.05
SCORES = (1, 2, 3, 4, 5)


def show(campaign: Campaign) -> None:
    opinions = quality_loaders.opinions(campaign.campaign_id)
    if not opinions.n_raters:
        st.html(
            f'<div class="vg vg-empty">{markup.icon("film")}'
            f"<h2>{markup.esc(t('quality.empty_title'))}</h2>"
            f"<p>{markup.esc(t('quality.empty'))}</p>"
            f"<p>{links.link('rate', t('quality.to_rate'))}</p></div>"
        )
        return
    judged = quality_loaders.judged(campaign.campaign_id)
    st.html(_standing(opinions, judged))
    st.header(t("quality.means"))
    results = quality_loaders.quality_results(campaign.campaign_id)
    st.html(_means(opinions, results, judged.found.evidence.criteria.quality_min))
    st.caption(t("quality.means_note"))
    st.header(t("quality.scores"))
    st.html(quality_charts.legend([t(f"quality.score.{score}") for score in SCORES]))
    st.html(_scores(opinions))
    st.header(t("quality.differences"))
    _show_pairs(opinions)
    _show_parts(opinions)
    rater_view.show(opinions, judged.found.rater_numbers)


def _standing(opinions: CampaignOpinions, judged: Judged) -> str:
    """Who rated how much, what such a panel is worth, and who was left out."""
    found = judged.found
    n_ratings = sum(one.n_ratings for one in opinions.conditions)
    said = [
        t(
            "quality.n",
            n_raters=opinions.n_raters,
            n_clips=formats.count(len(opinions.clips)),
            n_ratings=formats.count(n_ratings),
        )
    ]
    if found.raters_left_out:
        gone = [one.name for one in found.raters_left_out]
        names = ", ".join(rater_names.shown(gone, found.rater_numbers))
        said.append(t("quality.screened", names=names))
    said += _too_few_rated(opinions, found.rater_numbers)
    lines = "".join(f'<p class="vg-small vg-soft">{markup.esc(one)}</p>' for one in said)
    return f'<div class="vg vg-standing">{_informal(opinions.n_raters)}{lines}</div>'


def _too_few_rated(opinions: CampaignOpinions, numbers: Mapping[str, int]) -> list[str]:
    """One line for all conditions that the same raters are left out of."""
    labels: dict[str, list[str]] = {}
    for one in opinions.conditions:
        if one.raters_left_out:
            names = ", ".join(rater_names.shown(one.raters_left_out, numbers))
            labels.setdefault(names, []).append(decision_loaders.label(one.name))
    return [
        t("quality.too_few", names=names, condition=", ".join(one)) for names, one in labels.items()
    ]


def _informal(n_raters: int) -> str:
    chip = quality_words.informal_chip(n_raters)
    if not chip:
        return ""
    note = markup.esc(t("quality.informal_note", n=N_RATERS_FORMAL))
    return f'<p>{chip} <span class="vg-small vg-soft">{note}</span></p>'


def _means(
    opinions: CampaignOpinions, results: Mapping[str, CriterionResult], quality_min: float
) -> str:
    heads = [
        t("matrix.condition"), t("quality.chart", limit=formats.score(quality_min)),
        t("quality.mos"), t("quality.ci95"), t("quality.for_verdict"), t("quality.behind"),
    ]  # fmt: skip
    rows = [
        (
            _name(one),
            _line(one.panel, mark=quality_min, name=decision_loaders.label(one.name)),
            f"<b>{formats.score(one.panel.mean if one.panel else None)}</b>",
            markup.esc(quality_words.interval_of(one.panel)),
            _for_verdict(one, results[one.name]),
            markup.esc(_behind(one)),
        )
        for one in opinions.conditions
    ]
    return f'<div class="vg-broad">{markup.table(heads, rows, numeric=(2,))}</div>'


def _line(panel: PanelMean | None, *, name: str, mark: float | None = None) -> str:
    if panel is None:
        return ""
    low, high = quality_words.bounds_of(panel)
    line = Line(value=panel.mean, low=low, high=high, mark=mark)
    said = quality_words.interval_of(panel)
    label = t("quality.alt", name=name, mos=formats.score(panel.mean), interval=said)
    return quality_charts.draw_line(line, label=label)


def _for_verdict(one: ConditionOpinions, result: CriterionResult) -> str:
    n_raters = one.panel.n_raters if one.panel else 0
    bounds = quality_words.interval(result.low, result.high, n_raters=n_raters)
    if not one.is_candidate:
        return markup.esc(bounds)
    word = t(f"criterion_verdict.{result.verdict.value}")
    chip = markup.chip(word, result.verdict.value, icon_name=result.verdict.value)
    return f"{markup.esc(bounds)} {chip}"


def _behind(one: ConditionOpinions) -> str:
    if one.panel is None:
        return formats.UNKNOWN
    return t(
        "quality.behind_n",
        n_raters=one.panel.n_raters,
        n_prompts=one.panel.n_prompts,
        n_ratings=formats.count(one.n_ratings),
    )


def _name(one: ConditionOpinions) -> str:
    role = t(f"matrix.{'candidate' if one.is_candidate else 'baseline'}")
    label = markup.esc(decision_loaders.label(one.name))
    return f'<b>{label}</b><span class="sub">{markup.esc(role)}</span>'


def _scores(opinions: CampaignOpinions) -> str:
    heads = [t("matrix.condition"), t("quality.share"), *map(str, SCORES), t("quality.n_head")]
    rows = [
        (
            f"<b>{markup.esc(decision_loaders.label(one.name))}</b>",
            quality_charts.draw_stack(one.n_by_score, label=_scores_in_words(one)),
            *(formats.count(count) for count in one.n_by_score),
            formats.count(one.n_ratings),
        )
        for one in opinions.conditions
    ]
    drawn = markup.table(heads, rows, numeric=(2, 3, 4, 5, 6, 7))
    return f'<div class="vg-scores">{drawn}</div>'


def _scores_in_words(one: ConditionOpinions) -> str:
    counts = ", ".join(
        f"{score}: {count}" for score, count in zip(SCORES, one.n_by_score, strict=True)
    )
    return t("quality.scores_alt", name=decision_loaders.label(one.name), counts=counts)


def _show_pairs(opinions: CampaignOpinions) -> None:
    if not opinions.pairs:
        st.caption(t("quality.no_pairs"))
        return
    st.html(_pairs(opinions.pairs))
    st.caption(t("quality.pairs_note", n=len(opinions.pairs)))


def _pairs(pairs: Sequence[PairedConditions]) -> str:
    heads = [
        t("quality.pair"), t("quality.pair_chart"), t("quality.difference"), t("quality.ci95"),
        t("quality.p_holm"), t("quality.behind"), t("quality.meaning"),
    ]  # fmt: skip
    reach = max(1.0, *(abs(one) for pair in pairs for one in _bounds(pair)))
    rows = [_pair(pair, reach) for pair in pairs]
    return markup.table(heads, rows, numeric=(2, 4))


def _pair(pair: PairedConditions, reach: float) -> tuple[str, ...]:
    found = pair.difference
    first, second = decision_loaders.label(pair.first), decision_loaders.label(pair.second)
    bounds = _bounds(pair)
    is_known = len(bounds) > 1 and (found.n_raters or 0) >= quality_words.N_RATERS_INTERVAL
    low, high = (bounds[0], bounds[-1]) if is_known else (None, None)
    line = Line(value=found.difference, low=low, high=high, start=-reach, end=reach, mark=0.0)
    between = _between(low, high, found.n_raters or 0)
    label = t("quality.pair_alt", first=first, second=second, interval=between,
              difference=quality_words.signed(found.difference))  # fmt: skip
    checks = t(
        "quality.p_checks",
        sign_flip=p_value(found.sign_flip_p),
        wilcoxon=p_value(found.wilcoxon_p),
    )
    behind = t("quality.pair_n", n_prompts=found.n_prompts, n_raters=found.n_raters)
    return (
        f"<b>{markup.esc(first)}</b> − {markup.esc(second)}",
        quality_charts.draw_line(line, label=label),
        f"<b>{markup.esc(quality_words.signed(found.difference))}</b>",
        markup.esc(between),
        f'{markup.esc(p_value(pair.p_adjusted))}<span class="sub">{markup.esc(checks)}</span>',
        markup.esc(behind),
        markup.esc(_meaning(pair, first, second)),
    )


def _bounds(pair: PairedConditions) -> list[float]:
    known = (pair.difference.ci95_low, pair.difference.ci95_high)
    return [one for one in known if one is not None] or [pair.difference.difference]


def _meaning(pair: PairedConditions, first: str, second: str) -> str:
    if pair.p_adjusted > LIKELY_MAX_P:
        return t("quality.no_difference")
    return t("quality.better", name=first if pair.difference.difference > 0 else second)


def _show_parts(opinions: CampaignOpinions) -> None:
    """By category and by dimension: smaller samples, so wider intervals."""
    categories = list(
        dict.fromkeys(name for one in opinions.conditions for name in one.by_category)
    )
    if categories:
        st.header(t("quality.by_category"))
        drawn = _parts(
            t("quality.category"),
            opinions.conditions,
            [
                (
                    language.t_or(f"category.{name}", name.replace("_", " ")),
                    [one.by_category.get(name) for one in opinions.conditions],
                )
                for name in categories
            ],
        )
        n_categories = markup.esc(t("quality.n_categories", n=len(categories)))
        st.html(f'<details class="vg vg-fold"><summary>{n_categories}</summary>{drawn}</details>')
        st.caption(t("quality.parts_note"))
    st.header(t("quality.by_dimension"))
    asked = [one for one in Dimension if any(one in c.by_dimension for c in opinions.conditions)]
    if asked == [Dimension.OVERALL]:
        st.caption(t("quality.no_dimensions"))
        return
    st.html(
        _parts(
            t("quality.dimension"),
            opinions.conditions,
            [
                (
                    t(f"dimension.{dimension.value}"),
                    [one.by_dimension.get(dimension) for one in opinions.conditions],
                )
                for dimension in asked
            ],
        )
    )
    st.caption(t("quality.dimensions_note"))


def _parts(
    what: str,
    conditions: Sequence[ConditionOpinions],
    parts: Sequence[tuple[str, Sequence[PanelMean | None]]],
) -> str:
    labels = [decision_loaders.label(one.name) for one in conditions]
    rows = [
        (
            f"<b>{markup.esc(name)}</b>",
            *(
                _part(panel, f"{name}, {label}")
                for panel, label in zip(panels, labels, strict=True)
            ),
        )
        for name, panels in parts
    ]
    return markup.table([what, *labels], rows)


def _part(panel: PanelMean | None, name: str) -> str:
    if panel is None:
        return f'<span class="vg-soft">{formats.UNKNOWN}</span>'
    behind = t("quality.part_n", n_raters=panel.n_raters, n_prompts=panel.n_prompts)
    return (
        f"<b>{formats.score(panel.mean)}</b> "
        f'<span class="vg-small vg-soft">{markup.esc(quality_words.interval_of(panel))}</span>'
        f"{_line(panel, name=name)}"
        f'<span class="sub">{markup.esc(behind)}</span>'
    )


def _between(low: float | None, high: float | None, n_raters: int) -> str:
    if low is None or high is None or low == high:
        return quality_words.interval(low, high, n_raters=n_raters)
    return t("quality.span", low=quality_words.signed(low), high=quality_words.signed(high))


def p_value(p: float | None) -> str:
    if p is None:
        return formats.UNKNOWN
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
