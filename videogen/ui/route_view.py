"""Where the rules would send a clip now: the choice and its reason, what is next, and why not."""

from collections.abc import Iterable

import streamlit as st

from videogen.domain.condition import Condition
from videogen.routing import Reason, Rejection, RouteRequest, Routing
from videogen.ui import blinding, estimates, loaders, markup, plan_loaders, run_facts
from videogen.ui.language import t
from videogen.ui.plan_loaders import Choice

N_NEXT = 3  # fallbacks told at a glance; the rest stands behind the click


def show(automatic: Choice, request: RouteRequest) -> Choice | None:
    """What would make it; None when nothing can, or nobody has said what it is made from."""
    found = plan_loaders.route_now(automatic, request)
    if found is None:
        return automatic
    made_by = None if found.chosen is None else plan_loaders.choice_named(found.chosen)
    is_blind = made_by is not None and blinding.rates_any()
    said = loaders.condition_label(made_by.condition) if made_by and is_blind else _said(found)
    lines = [f"<p><b>{markup.esc(said)}</b></p>"]
    if made_by is not None:
        lines.append(f'<p class="vg-small">{markup.esc(estimates.line(made_by))}</p>')
    lines += [_small(t("auto.blind"))] if is_blind else _others(found)
    tone = "" if found.chosen else " vg-auto-none"
    st.html(f'<div class="vg vg-auto{tone}">{"".join(lines)}</div>')
    return made_by


def ask_first(names: Iterable[str]) -> None:
    """Before there is anything to choose by."""
    said = t("auto.needs_inputs", slots=", ".join(names))
    st.html(f'<div class="vg vg-auto vg-auto-none"><p>{markup.esc(said)}</p></div>')


def _others(found: Routing) -> list[str]:
    """Who is next, and why nobody else: their order is a result too."""
    then = [_small(_then(found.fallbacks))] if found.fallbacks else []
    return [*then, _why_not(found)]


def _small(line: str) -> str:
    return f'<p class="vg-small vg-soft">{markup.esc(line)}</p>'


def _said(found: Routing) -> str:
    return _reason(found.reason)


def _then(names: tuple[str, ...]) -> str:
    shown = ", ".join(loaders.name_label(name) for name in names[:N_NEXT])
    n_more = len(names) - N_NEXT
    if n_more > 0:
        return t("auto.then_more", conditions=shown, n=n_more)
    return t("auto.then", conditions=shown)


def _why_not(found: Routing) -> str:
    """Every other condition with its reason: those that would do, then those that would not."""
    next_ones = [_reason(one.reason) for one in found.ranked if one.name in found.fallbacks]
    n_others = len(next_ones) + len(found.rejected)
    if not n_others:
        return ""
    parts = [f"<summary>{markup.esc(t('auto.why_not', n=n_others))}</summary>"]
    if next_ones:
        items = "".join(f"<li>{markup.esc(said)}</li>" for said in next_ones)
        parts.append(f"<p>{markup.esc(t('auto.in_line'))}</p><ol>{items}</ol>")
    if found.rejected:
        items = "".join(
            f"<li>{markup.esc(said)} "
            f'<span class="vg-soft">{markup.esc(", ".join(names))}</span></li>'
            for said, names in by_reason(found.rejected).items()
        )
        parts.append(f"<p>{markup.esc(t('auto.ruled_out'))}</p><ul>{items}</ul>")
    return f"<details>{''.join(parts)}</details>"


def by_reason(rejected: Iterable[Rejection]) -> dict[str, list[str]]:
    """Sentence -> whom it rules out: twenty conditions mostly share three reasons."""
    said: dict[str, list[str]] = {}
    for one in rejected:
        said.setdefault(_reason(one.reason), []).append(loaders.name_label(one.name))
    return said


def _reason(reason: Reason) -> str:
    facts = dict(reason.facts)
    if "purpose" in facts:
        facts["purpose"] = t(f"models.purpose.{facts['purpose']}").lower()
    return run_facts.reason_sentence(reason.key, facts)


def unfit(conditions: Iterable[tuple[Condition, str]]) -> str:
    """Conditions that cannot be asked now, each with its reason in words."""
    items = "".join(
        f"<li><b>{markup.esc(loaders.condition_label(one))}</b> {markup.esc(why)}</li>"
        for one, why in conditions
    )
    head = markup.esc(t("create.unavailable"))
    return f'<div class="vg vg-unable"><p>{head}</p><ul>{items}</ul></div>' if items else ""
