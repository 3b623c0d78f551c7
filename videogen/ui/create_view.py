"""One clip on request: prompt, what makes it, what it will take; then progress and the clip."""

from collections.abc import Mapping

import streamlit as st

from videogen.domain.run import Run
from videogen.errors import VideogenError
from videogen.ui import (
    blinding,
    estimates,
    feedback_view,
    formats,
    hold_words,
    language,
    live,
    loaders,
    markup,
    media,
    notices,
    plan_loaders,
    run_facts,
    run_loaders,
)
from videogen.ui.language import t
from videogen.ui.plan_loaders import Choice
from videogen.ui.run_loaders import RunDetail

PROMPT, HOW, CONDITION, SEED_MODE, SEED = (
    "create_prompt",
    "create_how",
    "create_condition",
    "create_seed_mode",
    "create_seed",
)
PROMPT_HEIGHT_PX = 120
N_RECENT = 6


def ask(choices: list[Choice]) -> None:
    """The form; a press queues the run and puts it into the address."""
    able = {one.condition.condition_id: one for one in choices if one.origin is not None}
    st.text_area(
        t("create.prompt"),
        key=PROMPT,
        height=PROMPT_HEIGHT_PX,
        placeholder=t("create.prompt_placeholder"),
        persist_state="session",
    )
    chosen = _ask_maker(able, choices)
    _tell_held_gpu(chosen)
    seed = _ask_seed()
    # Above the button, where the eyes are when it is pressed.
    trouble = st.container()
    if st.button(estimates.button(chosen), type="primary", icon=":material/movie:", key="go"):
        with trouble:
            _make(chosen, seed)


def show_result(run_id: str) -> None:
    """The run in hand: its way, then its clip."""
    detail = run_loaders.detail(run_id)
    if detail is None or blinding.is_rating(detail.run.campaign_id):
        return
    st.subheader(t("create.result"))
    if not detail.run.status.is_final:
        live.follow(run_id)
        live.cancel_button(detail.run)
        return
    _ended(detail)


def show_hint() -> None:
    st.html(f'<div class="vg vg-noclip vg-small">{markup.esc(t("create.hint"))}</div>')


def show_recent() -> None:
    st.subheader(t("create.recent"))
    rows = run_loaders.own_clips(N_RECENT)
    if not rows:
        st.caption(t("create.recent_empty"))
        return
    figures = [
        f'<figure><a href="/create?run={markup.esc(row.run.run_id)}" target="_self">'
        f"{media.thumbnail(row.run.clip_id, alt=row.prompt.text)}</a>"
        f"<figcaption>{markup.esc(run_facts.maker_label(row.condition, row.run))}"
        f' <span class="vg-soft">{markup.esc(row.prompt.text[:60])}</span></figcaption></figure>'
        for row in rows
    ]
    st.html(f'<div class="vg vg-grid">{"".join(figures)}</div>')


def _ask_maker(able: dict[str, Choice], choices: list[Choice]) -> Choice:
    """The rules' choice with its reason, or one's own."""
    automatic = plan_loaders.automatic(choices)
    if automatic is not None:
        how = _ask_either(
            t("create.made_with"), {"auto": t("create.auto"), "own": t("create.own")}, HOW
        )
        if how == "auto":
            _show_route(automatic)
            return automatic
    own = {key: one for key, one in able.items() if not plan_loaders.is_routed(one.condition)}
    condition_id = _ask_condition(own)
    _warn_of_retirement(own[condition_id])
    _show_unable([one for one in choices if one.origin is None])
    return own[condition_id]


def _show_route(automatic: Choice) -> None:
    """Where it would go now, why, what that takes, and what comes next if it fails."""
    found = plan_loaders.route_now(automatic, st.session_state[PROMPT])
    if found is None or found.chosen is None:
        return
    said = run_facts.reason_sentence(found.reason.key, found.reason.facts)
    lines = [f"<p><b>{markup.esc(said)}</b></p>"]
    made_by = plan_loaders.choice_named(found.chosen)
    if made_by is not None:
        lines.append(f'<p class="vg-small">{markup.esc(estimates.line(made_by))}</p>')
    if found.fallbacks:
        then = ", ".join(loaders.name_label(name) for name in found.fallbacks)
        said = markup.esc(t("auto.then", conditions=then))
        lines.append(f'<p class="vg-small vg-soft">{said}</p>')
    st.html(f'<div class="vg vg-auto">{"".join(lines)}</div>')


def _tell_held_gpu(chosen: Choice) -> None:
    """Why the rules send everything to the cloud; whoever chooses reads it at each choice."""
    held = hold_words.own_gpu() if plan_loaders.is_routed(chosen.condition) else None
    if held:
        st.caption(markup.as_text(held))


def _ask_condition(able: dict[str, Choice]) -> str:
    if st.session_state.get(CONDITION) not in able:
        st.session_state[CONDITION] = next(iter(able))
    chosen = st.radio(
        t("create.made_with"),
        list(able),
        label_visibility="collapsed",
        key=CONDITION,
        format_func=lambda key: loaders.condition_label(able[key].condition),
        captions=[estimates.line(one) for one in able.values()],
        width="stretch",
        persist_state="session",
    )
    return chosen or next(iter(able))


def _warn_of_retirement(choice: Choice) -> None:
    warning = plan_loaders.retirement(choice)
    if warning is None:
        return
    said = t(
        warning.message_key,
        model=loaders.condition_label(choice.condition),
        date=formats.day(warning.earliest_on, language.current()),
    )
    st.caption(markup.as_text(said))


def _show_unable(unable: list[Choice]) -> None:
    if not unable:
        return
    items = "".join(
        f"<li><b>{markup.esc(loaders.condition_label(one.condition))}</b> "
        f"{markup.esc(t(one.reason_key))}</li>"
        for one in unable
    )
    head = markup.esc(t("create.unavailable"))
    st.html(f'<div class="vg vg-unable"><p>{head}</p><ul>{items}</ul></div>')


def _ask_seed() -> int | None:
    """None: a random one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        modes = {"random": t("create.seed_random"), "own": t("create.seed_own")}
        mode = _ask_either(t("create.seed"), modes, SEED_MODE)
        if mode != "own":
            return None
        return st.number_input(t("create.seed_value"), min_value=0, step=1, key=SEED, width=180)


def _ask_either(label: str, names: Mapping[str, str], key: str) -> str | None:
    """The first of `names` until somebody chooses."""
    return st.segmented_control(
        label,
        list(names),
        default=next(iter(names)) if key not in st.session_state else None,
        format_func=lambda name: names[name],
        key=key,
        required=True,
    )


def _make(choice: Choice, seed: int | None) -> None:
    try:
        run = plan_loaders.make(
            choice,
            st.session_state[PROMPT],
            plan_loaders.random_seed() if seed is None else seed,
        )
    except VideogenError as error:
        notices.show_error(error)
        return
    st.query_params["run"] = run.run_id
    st.rerun()


def _ended(detail: RunDetail) -> None:
    run = detail.run
    chips = f"{run_facts.status_chip(run)} {run_facts.origin_chip(run)}"
    player = "" if detail.clip is None else media.clip_player(detail.clip, alt=detail.prompt.text)
    st.html(
        f'<div class="vg vg-result"><p>{chips}</p>{player}'
        f'<p class="vg-small">{markup.esc(_caption(detail))}</p></div>'
    )
    feedback_view.show(detail)
    if run.failure_class is not None:
        code = run.failure_class.value
        st.error(
            markup.as_text(notices.failure_sentence(code, "hint", detail.last_attempt)),
            title=t(f"failure.{code}"),
            icon=":material/error:",
        )
    st.html(run_facts.measurements(detail))
    st.button(
        t("create.again"),
        icon=":material/tune:",
        help=t("create.again_help"),
        on_click=_refill,
        args=(run, detail.prompt.text),
        key="again",
    )
    st.html(
        f'<p class="vg vg-small">{markup.link("runs", t("create.open_run"), run=run.run_id)}</p>'
    )


def _caption(detail: RunDetail) -> str:
    return f"{run_facts.maker_label(detail.condition, detail.run)} · {detail.prompt.text}"


def _refill(run: Run, prompt_text: str) -> None:
    st.session_state[PROMPT] = prompt_text
    is_routed = plan_loaders.is_routed(loaders.conditions()[run.condition_id])
    st.session_state[HOW] = "auto" if is_routed else "own"
    if not is_routed:
        st.session_state[CONDITION] = run.condition_id
    st.session_state[SEED_MODE] = "own"
    st.session_state[SEED] = run.seed
