"""The brief's risks: what was measured of each, whether that triggers it, and what to do then."""

from collections.abc import Mapping

import streamlit as st

from videogen.evidence.answers.risk_figures import RiskFigure, RiskState
from videogen.evidence.answers.risks import MeasuredRisk, OverallRisk, overall_risk
from videogen.evidence.verdict import Sentence
from videogen.ui import decision_loaders, language, links, markup, risk_loaders, risk_style
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

TONES: Mapping[RiskState, str] = {
    RiskState.TRIGGERED: "fail",
    RiskState.QUIET: "pass",
    RiskState.UNKNOWN: "not_yet",
}
ICONS: Mapping[RiskState, str] = {
    RiskState.TRIGGERED: "warn",
    RiskState.QUIET: "pass",
    RiskState.UNKNOWN: "not_yet",
}


def show(judged: Judged) -> None:
    risk_style.apply()
    risks = risk_loaders.risks(judged.case)
    overall = overall_risk(judged.case, risks)
    st.html(_overall(overall, len(risks)))
    st.html(f'<div class="vg vg-risks">{"".join(map(_risk, risks))}</div>')


def _overall(overall: OverallRisk, n_risks: int) -> str:
    said = [t("risks.overall", level=t(f"risks.level.{overall.level.value}"))]
    if overall.claimed is not None:
        claimed = t(f"risks.level.{overall.claimed.value}")
        said.append(t("risks.overall_claimed", level=claimed))
    said.append(
        t(
            "risks.overall_counts",
            n_triggered=overall.n_triggered,
            n_unknown=overall.n_unknown,
            n=n_risks,
        )
    )
    return (
        f'<div class="vg vg-lead"><p>{markup.esc(" ".join(said))}</p>'
        f'<details class="vg-small"><summary>{markup.esc(t("risks.how"))}</summary>'
        f"<p>{markup.esc(t('risks.overall_rule'))}</p></details></div>"
    )


def _risk(risk: MeasuredRisk) -> str:
    chip = markup.chip(
        t(f"risks.state.{risk.state.value}"), TONES[risk.state], icon_name=ICONS[risk.state]
    )
    claimed = t(
        "risks.claimed_line",
        probability=t(f"risks.level.{risk.probability.value}"),
        impact=t(f"risks.level.{risk.impact.value}"),
    )
    return (
        '<article class="vg-risk"><div>'
        f"<h3>{markup.esc(t(f'risks.name.{risk.name.value}'))}</h3>{chip}"
        f'<p class="vg-small vg-soft">{markup.esc(claimed)}</p></div>'
        f"<div>{''.join(map(_figure, risk.figures))}{_more(risk)}</div></article>"
    )


def _figure(one: RiskFigure) -> str:
    """What triggers nothing is quieter than what does."""
    said = markup.esc(_said(one.said))
    if one.page is not None:
        said = f"{said} {links.link(one.page, t(f'risks.link.{one.page}'), **one.query)}"
    if one.state is None:
        return f'<p class="vg-told">{said}</p>'
    word = markup.esc(t(f"risks.state.{one.state.value}"))
    icon = f'<span class="vg-{TONES[one.state]}">{markup.icon(ICONS[one.state])}</span>'
    return (
        f'<p class="vg-task">{icon}<span><span class="vg-hidden">{word}.</span> {said}</span></p>'
    )


def _more(risk: MeasuredRisk) -> str:
    rows = (("risks.trigger", risk.rule), ("risks.mitigation", risk.mitigation))
    lines = "".join(
        f"<dt>{markup.esc(t(key))}</dt><dd>{markup.esc(_said(said))}</dd>" for key, said in rows
    )
    return (
        f'<details class="vg-small"><summary>{markup.esc(t("risks.more"))}</summary>'
        f"<dl>{lines}</dl></details>"
    )


def _said(sentence: Sentence) -> str:
    labels = {
        name: decision_loaders.label(str(sentence.facts[name]))
        for name in ("condition", "baseline")
        if sentence.facts.get(name)
    }
    return sentence.say(language.current(), **labels)
