"""The same prompt on two to four conditions: what to compare, the clips in step, what differs."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip
from videogen.domain.condition import Condition
from videogen.domain.prompt import Prompt
from videogen.domain.run import Origin, Run
from videogen.ui import (
    address_tabs,
    compare_differences,
    compare_loaders,
    formats,
    language,
    loaders,
    markup,
    media,
    notices,
    quality_loaders,
    run_facts,
    sync_player,
)
from videogen.ui.compare_loaders import N_CONDITIONS_MAX, N_CONDITIONS_MIN, Choices, Compared
from videogen.ui.language import t
from videogen.ui.sync_player import Cell, Chip, Missing

PROMPT_CHARACTERS = 100
SEPARATOR = ","  # between the conditions in the address
TABS = ("clips", "quality", "pairs")  # as the address names them
OF_A_CAMPAIGN = ("prompt", "seed", "conditions")  # of the address


def open_tab() -> tuple[str, DeltaGenerator]:
    """The one that the address names, and the room to draw it in: only it is worked out."""
    return address_tabs.open_tab("compare", {name: t(f"compare.tab.{name}") for name in TABS})


def show(campaign: Campaign) -> None:
    choices = compare_loaders.choices(campaign)
    prompt, seed, condition_ids = _ask(choices)
    _show_prompt(prompt)
    if len(condition_ids) < N_CONDITIONS_MIN:
        st.info(t("compare.choose_more"), icon=":material/compare:")
        return
    found = compare_loaders.compared(campaign, prompt.prompt_id, seed, condition_ids)
    titles = _titles([one.condition for one in found])
    cells = [_cell(one, title, prompt, campaign) for one, title in zip(found, titles, strict=True)]
    sync_player.show(cells, key=f"compare_{campaign.campaign_id}")
    st.header(t("compare.differences"))
    opinions = quality_loaders.opinions(campaign.campaign_id)
    compare_differences.show(found, titles, opinions.clips)


def _ask(choices: Choices) -> tuple[Prompt, int, list[str]]:
    """Pickers that write into the address, so that a view is a link."""
    prompts = {one.prompt_id: one for one in choices.prompts}
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare_pickers"):
        with st.container(width="stretch"):
            prompt_id = _pick(
                "prompt", t("compare.prompt"), list(prompts), choices.usual_prompt().prompt_id,
                lambda key: _short(prompts[key]),
            )  # fmt: skip
        _step_buttons(list(prompts), prompt_id)
        seeds = [str(seed) for seed in choices.seeds(prompt_id)]
        seed = seeds[0]
        if len(seeds) > 1:
            with st.container(width=120):
                seed = _pick("seed", t("fact.seed"), seeds, seeds[0], str)
    return prompts[prompt_id], int(seed), _ask_conditions(choices)


def _pick(
    name: str, label: str, options: Sequence[str], usual: str, say: Callable[[str], str]
) -> str:
    """The address's choice, else the usual one; the address then says it."""
    asked = st.query_params.get(name)
    key = f"compare_{name}"
    chosen = asked if asked is not None and asked in options else usual
    st.session_state[key] = chosen
    _write(name, chosen)

    def write() -> None:
        _write(name, st.session_state[key])

    st.selectbox(label, options, format_func=say, key=key, on_change=write)
    return chosen


def _step_buttons(prompt_ids: Sequence[str], prompt_id: str) -> None:
    """Through the prompts one by one."""
    place = prompt_ids.index(prompt_id)
    for step, name, icon in ((-1, "previous", "chevron_left"), (1, "next", "chevron_right")):
        to = place + step
        st.button(
            t(f"compare.{name}"),
            icon=f":material/{icon}:",
            disabled=not 0 <= to < len(prompt_ids),
            on_click=_write,
            args=("prompt", prompt_ids[min(max(to, 0), len(prompt_ids) - 1)]),
            key=f"compare_{name}",
        )


def _ask_conditions(choices: Choices) -> list[str]:
    known = {one.condition_id: one for one in choices.conditions}
    titles = dict(zip(known, _titles(list(known.values())), strict=True))
    asked = [one for one in st.query_params.get("conditions", "").split(SEPARATOR) if one in known]
    key = "compare_conditions"
    is_emptied = "conditions" in st.query_params and not asked and key in st.session_state
    chosen = asked[:N_CONDITIONS_MAX] or ([] if is_emptied else list(choices.usual_conditions()))
    st.session_state[key] = chosen
    _write("conditions", SEPARATOR.join(chosen))

    def write() -> None:
        _write("conditions", SEPARATOR.join(st.session_state[key]))

    st.multiselect(
        t("compare.conditions"),
        list(known),
        format_func=titles.__getitem__,
        max_selections=N_CONDITIONS_MAX,
        key=key,
        on_change=write,
        placeholder=t("compare.conditions_placeholder"),
    )
    return chosen


def _write(name: str, value: str) -> None:
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _show_prompt(prompt: Prompt) -> None:
    """Whole, where the picker has cut it; in Thai with the words that were sent."""
    gloss = prompt.gloss_th if language.current() == "th" else None
    if gloss is None and len(prompt.text) <= PROMPT_CHARACTERS:
        return
    under = f'<p class="vg-small vg-soft">{markup.esc(prompt.text)}</p>' if gloss else ""
    st.html(
        f'<div class="vg"><p class="vg-prompt">{markup.esc(gloss or prompt.text)}</p>{under}</div>'
    )


def _short(prompt: Prompt) -> str:
    text = (prompt.gloss_th if language.current() == "th" else None) or prompt.text
    return text if len(text) <= PROMPT_CHARACTERS else f"{text[:PROMPT_CHARACTERS]}…"


def _titles(conditions: Sequence[Condition]) -> list[str]:
    """Their labels, with what tells two settings of one name apart."""
    labels = [loaders.condition_label(one) for one in conditions]
    return [
        label if labels.count(label) == 1 else f"{label} ({one.condition_id.rsplit('@', 1)[-1]})"
        for label, one in zip(labels, conditions, strict=True)
    ]


def _cell(one: Compared, title: str, prompt: Prompt, campaign: Campaign) -> Cell:
    is_candidate = one.condition.condition_id in campaign.candidates
    role = Chip(word=t(f"matrix.{'candidate' if is_candidate else 'baseline'}"))
    if one.run is None:
        return Cell(
            cell_id=one.condition.condition_id,
            title=title,
            chips=[role],
            missing=Missing(
                title=t("compare.no_run"),
                text=t("compare.no_run_text"),
                href=f"/campaigns?campaign={campaign.campaign_id}",
                label=t("compare.open_campaign"),
                is_failure=False,
            ),
        )
    return Cell(
        cell_id=one.run.run_id,
        title=title,
        href=_run_href(one.run),
        chips=[role, *_chips(one.run)],
        facts=_facts(one, one.run),
        notes=_notes(one, one.run),
        clip=one.clip if one.clip and one.clip.file_removed_at is None else None,
        clip_label=f"{title}: {prompt.text}",
        missing=_removed(one.clip, one.run) if one.clip else _missing(one, one.run),
    )


def _removed(clip: Clip, run: Run) -> Missing | None:
    """None: its file is there."""
    if clip.file_removed_at is None:
        return None
    return Missing(
        title=t("clip.removed_title"),
        text=media.removed_sentence(clip),
        href=_run_href(run),
        label=t("compare.open_run"),
        is_failure=False,
    )


def _chips(run: Run) -> list[Chip]:
    chips = []
    if run.origin is not None:
        tone = "sandbox" if run.origin is Origin.SANDBOX else "plain"
        chips.append(Chip(word=t(f"compare.origin.{run.origin.value}"), tone=tone))
    if run.is_degraded:
        chips.append(Chip(word=t("run.degraded"), tone="wait"))
    return chips


def _facts(one: Compared, run: Run) -> list[str]:
    """Time, money and size; what is not known says so."""
    spoken = language.current()
    facts = [_time(run), t("compare.cost_unknown")]
    if run.cost_usd is not None:
        facts[1] = t("compare.costs", cost=formats.usd(run.cost_usd))
    if one.clip is not None:
        probe = one.clip.probe
        duration = formats.seconds(probe.clip_duration_s, spoken)
        size = t("condition.size", width=probe.width_px, height=probe.height_px, duration=duration)
        facts.append(f"{size}, {probe.fps:g} fps")
    return facts


def _time(run: Run) -> str:
    if run.wall_time_s is None:
        return t("compare.time_unknown")
    key = "compare.made_in" if run.clip_id else "compare.ended_after"
    return t(key, time=formats.seconds(run.wall_time_s, language.current()))


def _notes(one: Compared, run: Run) -> list[str]:
    notes = [run_facts.price_note(one.price)]
    if run.routed_to:
        notes.append(run_facts.maker_label(one.condition, run))
    if run.is_degraded:
        notes.append(t("run.degraded_note"))
    return [note for note in notes if note]


def _missing(one: Compared, run: Run) -> Missing:
    """Its state or its failure, and where the rest of the story stands."""
    title, text, is_failure = t(f"status.{run.status.value}"), t("run.no_clip"), False
    if not run.status.is_final:
        text = t("compare.waits")
    elif run.failure_class is not None:
        code, is_failure = run.failure_class.value, True
        title = t(f"failure.{code}")
        text = notices.failure_sentence(code, "message", one.attempt)
    return Missing(
        title=title,
        text=text,
        href=_run_href(run),
        label=t("compare.open_run"),
        is_failure=is_failure,
    )


def _run_href(run: Run) -> str:
    return f"/runs?run={run.run_id}"
