"""One model: what it is for, what it measured here beside what others say, and how to get it."""

import streamlit as st

from videogen.bootstrap.model_list import needed
from videogen.bootstrap.models import ModelCondition, ModelRow
from videogen.catalogue.entries import CatalogueEntry, EntryKind
from videogen.domain.condition import Condition
from videogen.domain.run import Origin
from videogen.ui import (
    formats,
    language,
    links,
    loaders,
    markup,
    models_figures,
    models_loaders,
    models_selection,
    models_standing,
    models_view,
    models_words,
    notices,
)
from videogen.ui.language import t

Fact = tuple[str, str, str | None]


def show(row_id: str) -> None:
    back = links.link("models", t("models.back"), **models_view.address())
    st.html(f'<p class="vg vg-small">← {back}</p>')
    row = models_loaders.row(row_id)
    if row is None:
        notices.show_empty(t("models.unknown"), t("models.unknown_text"))
        return
    st.html(_head(row))
    models_view.show_asking()
    _show_actions(row)
    st.html(markup.facts(_facts(row)))
    if row.entry is not None:
        st.html(_sources(row.entry))
    st.header(t("models.here"))
    hidden = models_loaders.hidden_conditions()
    if not row.conditions:
        _show_without_workflow(row)
    for one in row.conditions:
        _show_condition(row, one, is_hidden=one.condition.condition_id in hidden)
    if row.entry is not None and row.entry.published:
        st.html(models_figures.published(row.entry.published))
    if row.files:
        st.header(t("models.files"))
        _show_files(row)


def _head(row: ModelRow) -> str:
    own = markup.chip(t("models.yours"), "plain") if row.is_own else ""
    note = models_words.state_note(row)
    lines = [f'<p class="vg-lead">{markup.esc(models_loaders.summary_of(row))}</p>']
    if row.entry is not None and row.entry.note:
        lines.append(f'<p class="vg-small vg-soft">{markup.esc(row.entry.note)}</p>')
    return (
        f'<div class="vg vg-entry"><h1>{markup.esc(models_loaders.title_of(row))}</h1>{own}'
        f"{''.join(lines)}"
        f'<p class="vg-above vg-stand">{models_words.state(row.standing)}'
        f'<span class="vg-small vg-soft">{note}</span></p></div>'
    )


def _facts(row: ModelRow) -> list[Fact]:
    size, unsized = models_words.size(row)
    facts: list[Fact] = [(t("models.purpose"), models_words.purposes(row) or formats.UNKNOWN, None)]
    entry = row.entry
    if entry is None:
        return [*facts, (t("models.column.size"), size, unsized)] if row.files else facts
    kind = t(f"models.kind.{entry.kind.value}")
    base = models_loaders.row(entry.base) if entry.base is not None else None
    facts += [
        (t("models.kind"), kind, None if base is None else models_loaders.title_of(base)),
        (t("models.family"), models_words.family(entry.family), None),
    ]
    if entry.kind is not EntryKind.CLOUD or entry.licence is not None:
        facts.append((t("models.licence"), entry.licence or t("models.licence_unknown"), None))
    if row.files:
        facts.append((t("models.column.size"), size, unsized))
    return facts


def _sources(entry: CatalogueEntry) -> str:
    """Where its facts were read, and when."""
    links = [f"{markup.esc(t('models.source'))} {_outward(entry.source)}"]
    if entry.licence is not None and entry.licence_source not in (None, entry.source):
        links.append(f"{markup.esc(t('models.licence'))} {_outward(entry.licence_source or '')}")
    links.append(
        markup.esc(t("models.checked", day=formats.day(entry.checked_on, language.current())))
    )
    return f'<p class="vg vg-small vg-soft vg-sure">{" · ".join(links)}</p>'


def _outward(address: str) -> str:
    shown = markup.esc(address)
    label = markup.esc(address.partition("://")[2])
    return f'<a href="{shown}" target="_blank" rel="noopener">{label}</a>'


def _show_actions(row: ModelRow) -> None:
    """For the condition that is nearest to a clip; the others have theirs below."""
    if not row.conditions:
        return
    found = row.headline
    usual = found[0] if found and found[0].standing is row.standing else None
    nearest = next(one for one in row.conditions if one.standing is row.standing)
    models_standing.show_actions(usual or nearest)


def _show_condition(row: ModelRow, one: ModelCondition, *, is_hidden: bool) -> None:
    condition = one.condition
    with st.container(border=True):
        st.html(
            f'<div class="vg"><p class="vg-stand">'
            f"<b>{markup.esc(loaders.condition_label(condition))}</b>"
            f'<span class="vg-small">{models_words.state(one.standing)}</span>'
            f"{models_words.sandbox_chip() if one.origin is Origin.SANDBOX else ''}</p>"
            f'<p class="vg-small vg-soft">{markup.esc(_makes(condition))}</p></div>'
        )
        if is_hidden:
            st.caption(t("blinding.part_hidden"))
        else:
            st.html(models_figures.table(one))
        if one.list_price is not None:
            st.html(models_figures.list_price(one.list_price))
        if one.unproven:
            names = ", ".join(language.t_or(f"import.slot.{name}", name) for name in one.unproven)
            st.html(
                f'<p class="vg vg-small">{markup.icon("warn")} '
                f"{markup.esc(t('models.unproven', names=names))}</p>"
            )
        if len(row.conditions) > 1:
            models_standing.show_actions(one, is_main=False)
        for server in one.servers:
            models_standing.show_server(server)


def _makes(condition: Condition) -> str:
    """What a clip of it is, and what it is made from."""
    said = []
    if condition.width_px is not None and condition.height_px is not None:
        said.append(
            t(
                "condition.size",
                width=condition.width_px,
                height=condition.height_px,
                duration=formats.seconds(condition.clip_duration_s, language.current()),
            )
        )
    if condition.workflow is not None:
        said.append(t("models.workflow", name=condition.workflow))
    needs = [
        language.t_or(f"slot.{slot.name}", slot.name)
        for slot in condition.inputs
        if slot.is_required
    ]
    if needs:
        said.append(t("models.takes", inputs=", ".join(needs)))
    return " · ".join(said)


def _show_without_workflow(row: ModelRow) -> None:
    st.html(f'<p class="vg vg-lead">{markup.esc(t("models.needs_workflow_text"))}</p>')
    for server in row.servers:
        models_standing.show_server(server)


def _show_files(row: ModelRow) -> None:
    heads = [t(f"models.file.{name}") for name in ("name", "folder", "size", "licence")]
    rows = [
        (
            f'<span class="vg-source">{markup.esc(part.file)}</span>',
            markup.esc(part.folder or formats.UNKNOWN),
            _file_size(part.size_bytes, is_checked=part.size_is_checked),
            markup.esc(part.licence or t("models.licence_unknown")),
        )
        for part in row.files
    ]
    st.html(markup.table(heads, rows, numeric=(2,)))
    with st.expander(t("models.all_commands"), icon=":material/terminal:"):
        models_selection.show_commands(needed([row], None))


def _file_size(value_bytes: int | None, *, is_checked: bool) -> str:
    """Other people's figures are rounded, and say so."""
    shown = formats.file_size(value_bytes)
    return shown if value_bytes is None or is_checked else t("models.about", size=shown)
