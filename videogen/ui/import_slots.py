"""What was found in a workflow's file, as facts to read and as fields to change it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from videogen.catalogue.graph_checks import titled
from videogen.catalogue.manifest_file import Place
from videogen.catalogue.proposal import SLOT_TYPES, Proposal
from videogen.domain.condition import Purpose
from videogen.ui import formats, language, markup
from videogen.ui.import_loaders import Draft
from videogen.ui.language import t

NOT_SET = ""
SHOWN_VALUE = 60
MAX_PLACES = 400  # of a graph with thousands of nodes: a list that nobody could read


def show_found(draft: Draft) -> None:
    """The answer first: what it makes, from what; each place one click away."""
    manifest = draft.manifest(draft.name)
    st.html(markup.facts(_facts(manifest)))
    slots: Mapping[str, Mapping[str, Any]] = manifest["slots"]
    with st.expander(t("import.slots", n=len(slots)), icon=":material/account_tree:"):
        heads = [t(f"import.column.{name}") for name in ("setting", "node", "value", "why")]
        st.html(markup.table(heads, list(_rows(draft, slots))))


def show_notes(proposal: Proposal) -> None:
    for note in proposal.notes:
        said = t(f"import.note.{note.what}", **note.facts)
        st.caption(f":material/info: {markup.as_text(said)}")


def edit(proposal: Proposal, draft_no: int) -> Proposal:
    """The proposal as the fields have it now; each draft has fields of its own."""
    room = f"import_{draft_no}"
    changed = proposal.with_purpose(_purpose(proposal, room))
    for one in proposal.inputs:
        if one.branch:
            changed = changed.with_required(
                one.name,
                is_required=st.toggle(
                    t("import.required", input=_input_label(one.name)),
                    value=one.is_required,
                    key=f"{room}_required_{one.name}",
                ),
            )
    with st.grid(2, min_column_width=260):
        for name in dict.fromkeys([slot.name for slot in proposal.slots] + list(SLOT_TYPES)):
            changed = _placed(changed, name, room)
    return changed


def slot_label(name: str) -> str:
    """Numbered names are the second and third of their kind."""
    base, _, number = name.rpartition("_")
    if number.isdigit():
        return f"{language.t_or(f'import.slot.{base}', base)} {number}"
    return language.t_or(f"import.slot.{name}", name)


def _facts(manifest: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    values: Mapping[str, Any] = manifest["defaults"]
    inputs = [_input_label(name) for name in manifest["inputs"]]
    return [
        (t("import.purpose"), t(f"models.purpose.{manifest['purpose']}"), None),
        (t("import.clip"), _clip(values), None),
        (t("import.inputs"), ", ".join(inputs) or t("import.inputs_none"), None),
        (t("import.model"), str(manifest["model"]), None),
    ]


def _clip(values: Mapping[str, Any]) -> str:
    parts = []
    if "width_px" in values and "height_px" in values:
        parts.append(f"{values['width_px']} × {values['height_px']}")
    if "n_frames" in values:
        parts.append(t("import.frames", n=values["n_frames"]))
    if "fps" in values:
        parts.append(t("import.fps", n=f"{float(values['fps']):g}"))
    return ", ".join(parts) or t("import.clip_open")


def _rows(draft: Draft, slots: Mapping[str, Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    for name, slot in slots.items():
        node, place = str(slot["node"]), str(slot["input"])
        value = draft.graph[node]["inputs"].get(place)
        yield (
            markup.esc(slot_label(name)),
            f'{markup.esc(titled(draft.graph, node))}<span class="sub">{markup.esc(place)}</span>',
            markup.esc(_shown(value)),
            _why(draft.proposal, name),
        )


def _why(proposal: Proposal | None, name: str) -> str:
    slot = proposal.slot(name) if proposal else None
    if slot is None:
        return markup.esc(t("import.why.shared"))
    sure = markup.esc(t(f"import.confidence.{slot.confidence.value}"))
    return f'{sure}<span class="sub">{markup.esc(t(f"import.why.{slot.why}"))}</span>'


def _shown(value: object) -> str:
    text = formats.UNKNOWN if value is None else str(value)
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}…"


def _purpose(proposal: Proposal, room: str) -> Purpose:
    words = {one: t(f"models.purpose.{one.value}") for one in Purpose}
    options = list(words)
    chosen = st.selectbox(
        t("import.purpose"),
        options,
        index=options.index(proposal.purpose),
        format_func=words.__getitem__,
        key=f"{room}_purpose",
    )
    return Purpose(chosen)


def _placed(proposal: Proposal, name: str, room: str) -> Proposal:
    """One setting's field: a place in the graph, or none."""
    slot = proposal.slot(name)
    current = NOT_SET if slot is None else _key(Place(node=slot.node, input=slot.input))
    places = {_key(place): place for place in proposal.places_for(name)[:MAX_PLACES]}
    if slot is not None:
        places.setdefault(current, Place(node=slot.node, input=slot.input))
    words = {NOT_SET: t("import.not_set")}
    words |= {key: _place_label(proposal, place) for key, place in places.items()}
    options = list(words)
    chosen = st.selectbox(
        slot_label(name),
        options,
        index=options.index(current),
        format_func=words.__getitem__,
        key=f"{room}_slot_{name}",
    )
    if chosen == current:
        return proposal
    if chosen == NOT_SET:
        return proposal.without_slot(name)
    return proposal.with_slot_at(name, places[chosen])


def _key(place: Place) -> str:
    return f"{place.node}.{place.input}"


def _place_label(proposal: Proposal, place: Place) -> str:
    value = _shown(proposal.graph[place.node]["inputs"].get(place.input))
    return f"{titled(proposal.graph, place.node)} · {place.input} = {value}"


def _input_label(name: str) -> str:
    return language.t_or(f"slot.{name}", name)
