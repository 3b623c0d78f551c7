"""A plan's forecast: what it takes, what it can prove, what stands in its way."""

import streamlit as st

from videogen.bootstrap.campaigns import DryRun
from videogen.domain.condition import BackendKind
from videogen.domain.decision import CriterionName
from videogen.domain.run import Origin
from videogen.evidence import EstimateSource
from videogen.evidence.forecast import CapCheck, ConditionForecast, Forecast
from videogen.evidence.plan_power import power_sentences
from videogen.evidence.plan_problems import Problem, problem_sentence
from videogen.ui import cards, formats, language, loaders, markup
from videogen.ui.language import t


def show(found: DryRun) -> None:
    known = found.forecast
    _show_problems(found.problems)
    st.html(
        f'<p class="vg-eyebrow">{markup.esc(t("campaigns.takes"))}</p>{markup.facts(_facts(known))}'
        f"{_unknown(known)}"
        f'<p class="vg-eyebrow vg-gap">{markup.esc(t("campaigns.can_prove"))}</p>{_power(known)}'
    )
    if found.origin is Origin.SANDBOX:
        st.caption(t("campaigns.simulated"))
    with st.expander(t("campaigns.by_condition")):
        st.html(_table(known, found.origin))


def _facts(known: Forecast) -> list[tuple[str, str, str | None]]:
    spoken = language.current()
    duration = formats.seconds_range(known.duration_low_s, known.duration_high_s, spoken)
    facts: list[tuple[str, str, str | None]] = [
        (
            t("campaigns.n_runs"),
            formats.count(known.n_runs),
            t("campaigns.n_runs_note", n=known.power.n_runs),
        ),
        (t("campaigns.duration"), duration, t("campaigns.duration_note")),
        (
            t("campaigns.cost"),
            formats.usd_range(known.cost_low_usd, known.cost_high_usd),
            t("campaigns.cost_note"),
        ),
        (
            t("campaigns.rating_time"),
            formats.seconds(known.rating_time_s, spoken),
            t(
                "campaigns.rating_note",
                n_clips=known.n_clips_to_rate,
                n_sessions=known.n_sessions,
            ),
        ),
        (
            t("campaigns.disk"),
            formats.file_size(known.disk_bytes),
            t("campaigns.disk_note", free=formats.file_size(known.disk_free_bytes)),
        ),
    ]
    facts += [
        (
            _cap_label(check),
            formats.usd(check.left_usd),
            t(
                "campaigns.left_note",
                cap=formats.usd(check.cap_usd),
                asked=formats.usd(check.asked_usd),
            ),
        )
        for check in known.caps
    ]
    return facts


def _cap_label(check: CapCheck) -> str:
    said = t(f"campaigns.left_{check.cap}")
    if check.subject is None:
        return said
    return f"{said}: {language.t_or(f'backend.{check.subject}', check.subject)}"


def _unknown(known: Forecast) -> str:
    """What the sums leave out is said under them."""
    said = []
    if known.without_time:
        said.append(t("campaigns.time_partly", names=_labels(known.without_time)))
    if known.without_cost:
        said.append(t("campaigns.cost_partly", names=_labels(known.without_cost)))
    lines = "<br>".join(markup.esc(one) for one in said)
    return f'<p class="vg vg-small vg-soft">{lines}</p>' if said else ""


def _power(known: Forecast) -> str:
    said, spoken = power_sentences(known.power), language.current()
    proofs = "".join(
        _proof(name, _provable(known, name), said[name].say(spoken)) for name in cards.ORDER
    )
    return f'<ul class="vg vg-proves">{proofs}</ul>'


def _provable(known: Forecast, name: CriterionName) -> str:
    """Yes, no, or by luck: a pass that is possible is no promise."""
    if not known.power.can_prove[name]:
        return "no"
    return "luck" if name in known.power.left_to_luck else "yes"


def _proof(name: CriterionName, provable: str, sentence: str) -> str:
    tone = "pass" if provable == "yes" else "not_yet"
    word = t(f"campaigns.provable.{provable}")
    return (
        f'<li><span class="vg-{tone}" title="{markup.esc(word)}">{markup.icon(tone)}</span>'
        f"<span><b>{markup.esc(t(f'criterion.{name.value}'))}</b> "
        f'<span class="vg-hidden">{markup.esc(word)}:</span> '
        f'<span class="vg-soft">{markup.esc(sentence)}</span></span></li>'
    )


def _show_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        sentence = problem_sentence(problem)
        said = markup.as_text(sentence.say(language.current(), names=_labels(problem.conditions)))
        if problem.is_blocking:
            st.info(said, icon=":material/power_off:")
        else:
            st.warning(said, icon=":material/warning:")


def _table(known: Forecast, origin: Origin | None) -> str:
    heads = [
        t(f"campaigns.head.{name}") for name in ("condition", "runs", "time", "cost", "source")
    ]
    rows = [_row(part, origin) for part in known.conditions]
    return markup.table(heads, rows, numeric=(1,))


def _row(part: ConditionForecast, origin: Origin | None) -> tuple[str, ...]:
    spoken = language.current()
    time = formats.seconds_range(part.wall_time_low_s, part.wall_time_high_s, spoken)
    return (
        markup.esc(loaders.condition_label(part.condition)),
        formats.count(part.n_runs),
        markup.esc(time),
        markup.esc(formats.usd_range(part.cost_low_usd, part.cost_high_usd)),
        markup.esc(_source(part, origin)),
    )


def _source(part: ConditionForecast, origin: Origin | None) -> str:
    if origin is Origin.SANDBOX and part.n_measured:
        return t("source.simulated", n=part.n_measured)
    if part.condition.backend is BackendKind.ROUTED and not part.n_measured:
        return t("campaigns.source_members")
    if part.source is EstimateSource.UNKNOWN and part.cost_high_usd is not None:
        return t("source.price_list")
    return t(f"source.{part.source.value}", n=part.n_measured)


def _labels(names: tuple[str, ...]) -> str:
    return ", ".join(loaders.name_label(name) for name in names)
