"""What a campaign's clips are made from: one file a slot for all prompts, or one for each."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

import streamlit as st

from videogen.domain.campaign import EVERY_PROMPT, Campaign
from videogen.domain.condition import Condition
from videogen.domain.input_file import InputSlot
from videogen.domain.prompt import Prompt
from videogen.errors import InvalidInputError, VideogenError
from videogen.ui import create_form, input_loaders, inputs_view, loaders, markup, notices
from videogen.ui.language import t

ROOM = "plan"
OF_PROMPTS = "plan_inputs_of_prompts"  # slot name -> prompt_id -> input_id
PROMPT_CHARACTERS = 60


def ask(conditions: Sequence[Condition], prompts: Sequence[Prompt]) -> dict[str, dict[str, str]]:
    """Slot name -> prompt_id or "*" -> input_id, of the slots that these conditions have."""
    slots = create_form.slots(conditions, needed_by=any)
    if not slots:
        return {}
    st.caption(t("campaigns.inputs"))
    for slot in slots:
        inputs_view.ask(slot, ROOM)
        _ask_of_prompts(slot, prompts)
    known = {prompt.prompt_id for prompt in prompts}
    found = {}
    for slot in slots:
        common = inputs_view.kept(ROOM).get(slot.name)
        files = {one: file for one, file in _of_prompts(slot.name).items() if one in known}
        if common is not None:
            files[EVERY_PROMPT] = common
        if files:
            found[slot.name] = files
    return found


def lacking(
    conditions: Sequence[Condition], inputs: Mapping[str, Mapping[str, str]]
) -> list[InputSlot]:
    """Required, and without a file for any prompt: still to be given, which is no mistake yet."""
    required = {slot.name: slot for one in conditions for slot in one.inputs if slot.is_required}
    return [slot for name, slot in required.items() if not inputs.get(name)]


def put_in_words(
    error: InvalidInputError, conditions: Sequence[Condition], prompts: Sequence[Prompt]
) -> None:
    """What the plan calls by a name of ours gets the word that stands in the form."""
    if error.field in {slot.name for one in conditions for slot in one.inputs}:
        error.field = inputs_view.name_of(str(error.field))
    if "workflow" in error.facts:
        error.facts["workflow"] = loaders.name_label(str(error.facts["workflow"]))
    texts = {prompt.prompt_id: prompt.text for prompt in prompts}
    if error.facts.get("prompt_id") in texts:
        error.facts["prompt_id"] = f"“{_short(texts[str(error.facts['prompt_id'])])}”"


def shown(campaign: Campaign) -> str:
    """As they were planned; nothing for a campaign from text alone."""
    common = {
        slot: files[EVERY_PROMPT]
        for slot, files in campaign.inputs.items()
        if EVERY_PROMPT in files
    }
    own = [
        t("campaigns.inputs_own", slot=inputs_view.name_of(slot), n=n_own)
        for slot, files in campaign.inputs.items()
        if (n_own := len(set(files) - {EVERY_PROMPT}))
    ]
    if not campaign.inputs:
        return ""
    head = markup.esc(t("campaigns.inputs"))
    told = f'<p class="vg-small vg-soft">{markup.esc(" · ".join(own))}</p>' if own else ""
    return (
        f'<div class="vg vg-gap"><p class="vg-eyebrow">{head}</p>{inputs_view.used(common)}'
        f"{told}</div>"
    )


def _of_prompts(slot: str) -> dict[str, str]:
    files: dict[str, str] = st.session_state.get(OF_PROMPTS, {}).get(slot, {})
    return files


def _ask_of_prompts(slot: InputSlot, prompts: Sequence[Prompt]) -> None:
    key = f"plan_own_{slot.name}_{st.session_state.get(f'plan_n_own_{slot.name}', 0)}"
    word = inputs_view.name_of(slot.name)
    with st.expander(t("campaigns.inputs_each", slot=word), key=f"plan_each_{slot.name}"):
        st.caption(t("campaigns.inputs_each_text"))
        st.file_uploader(
            t("slot.upload", slot=word),
            accept_multiple_files=True,
            label_visibility="collapsed",
            max_upload_size=inputs_view.LARGEST_MB,
            key=key,
            on_change=_take,
            args=(slot, [prompt.prompt_id for prompt in prompts], key),
        )
        refused = st.session_state.get(f"plan_refused_{slot.name}")
        if refused is not None:
            notices.show_error(refused, beside_field=True)
        if _of_prompts(slot.name):
            st.html(_table(slot.name, prompts))
            st.button(
                t("campaigns.inputs_clear"),
                icon=":material/close:",
                type="tertiary",
                key=f"plan_clear_{slot.name}",
                on_click=_clear,
                args=(slot.name,),
            )


def _take(slot: InputSlot, prompt_ids: Sequence[str], key: str) -> None:
    """All of them or none, in the order of their names."""
    uploads = sorted(st.session_state.get(key) or [], key=attrgetter("name"))
    if not uploads:
        return
    n_key, refused_key = f"plan_n_own_{slot.name}", f"plan_refused_{slot.name}"
    st.session_state[n_key] = st.session_state.get(n_key, 0) + 1
    st.session_state.pop(refused_key, None)
    try:
        files = [input_loaders.keep(one, slot) for one in uploads[: len(prompt_ids)]]
    except VideogenError as error:
        error.field = inputs_view.name_of(slot.name)
        st.session_state[refused_key] = error
        return
    given = {one: file.input_id for one, file in zip(prompt_ids, files, strict=False)}
    st.session_state.setdefault(OF_PROMPTS, {})[slot.name] = given


def _clear(slot: str) -> None:
    st.session_state.get(OF_PROMPTS, {}).pop(slot, None)


def _table(slot: str, prompts: Sequence[Prompt]) -> str:
    """The prompts with a file of their own."""
    given = _of_prompts(slot)
    rows = []
    for prompt in prompts:
        file = input_loaders.find(given[prompt.prompt_id]) if prompt.prompt_id in given else None
        if file is not None:
            rows.append((markup.esc(_short(prompt.text)), markup.esc(file.name)))
    heads = [t("create.prompt"), t("campaigns.inputs_file")]
    return markup.table(heads, rows)


def _short(text: str) -> str:
    return text if len(text) <= PROMPT_CHARACTERS else f"{text[: PROMPT_CHARACTERS - 1]}…"
