"""Bringing a workflow of one's own: what was found in the file, what the server lacks, a name."""

from collections.abc import Mapping

import streamlit as st

from videogen.bootstrap.models import ModelCondition, Standing
from videogen.bootstrap.workflow_check import ServerCheck
from videogen.catalogue.graph_fit import Misfit
from videogen.domain.access import Permission
from videogen.domain.condition import Condition
from videogen.errors import VideogenError
from videogen.runs.preflight import MissingModel
from videogen.ui import (
    formats,
    import_loaders,
    import_slots,
    links,
    markup,
    models_loaders,
    models_standing,
    models_words,
    notices,
    who,
)
from videogen.ui.import_loaders import Draft
from videogen.ui.language import t

DRAFT = "import_draft"
REFUSED = "import_refused"
SAVED = "import_saved"
N_TAKEN = "import_n_taken"  # a new field after each file: the old one must not stay in it
NAME = "import_name"
SAID_NAMES = 3  # more of them are for the table below the sentence
MAX_UPLOAD_MB = 64  # beyond what is read, so that its refusal is ours, in the reader's language


def show() -> None:
    """The field to drop a file on, and under it the steps of the file that lies there."""
    if not who.may(Permission.OPERATE):
        return
    with st.container(key="import_workflow"):
        st.file_uploader(
            t("import.drop"),
            key=_field(),
            on_change=_take,
            max_upload_size=MAX_UPLOAD_MB,
            help=t("import.help"),
        )
        refused = st.session_state.pop(REFUSED, None)
        if refused is not None:
            notices.show_error(refused)
        saved: Condition | None = st.session_state.get(SAVED)
        draft: Draft | None = st.session_state.get(DRAFT)
        if draft is not None:
            _show_draft(draft)
        elif saved is not None:
            _show_saved(saved)


def show_own() -> None:
    """What people brought so far: each as a file to share, or to be removed."""
    own = import_loaders.own_conditions()
    if not own:
        return
    with st.expander(t("import.own", n=len(own)), icon=":material/inventory_2:"):
        for condition in own:
            with st.container(horizontal=True, vertical_alignment="center"):
                purpose = t(f"models.purpose.{condition.purpose.value}")
                st.html(
                    f'<p class="vg"><b>{markup.esc(condition.name)}</b> '
                    f'<span class="vg-soft">{markup.esc(purpose)}</span></p>',
                    width="stretch",
                )
                _offer_file(condition.name, "own")
                if who.may(Permission.OPERATE):
                    _offer_to_remove(condition.name)


def _offer_to_remove(name: str) -> None:
    """Asked once more: nothing brings it back but its file."""
    with st.popover(t("import.remove"), icon=":material/delete:", type="tertiary"):
        st.write(markup.as_text(t("import.remove_sure", name=name)))
        st.button(
            t("import.remove_yes"), key=f"import_remove_{name}", on_click=_remove, args=(name,)
        )


def _field() -> str:
    return f"import_file_{st.session_state.get(N_TAKEN, 0)}"


def _take() -> None:
    """Before the page is drawn; the file itself is let go of at once."""
    upload = st.session_state.get(_field())
    if upload is None:
        return
    for key in (DRAFT, SAVED, NAME):
        st.session_state.pop(key, None)
    try:
        draft = import_loaders.read(upload.getvalue(), upload.name)
    except VideogenError as error:
        st.session_state[REFUSED] = error
    else:
        st.session_state[DRAFT] = draft
        st.session_state[NAME] = draft.name
    st.session_state[N_TAKEN] = st.session_state.get(N_TAKEN, 0) + 1


def _show_draft(draft: Draft) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(
                f'<p class="vg vg-lead">{markup.esc(t("import.found", file=draft.file_name))}</p>',
                width="stretch",
            )
            st.button(
                t("import.discard"),
                type="tertiary",
                icon=":material/close:",
                key="import_discard",
                on_click=_discard,
            )
        import_slots.show_found(draft)
        if draft.proposal is not None:
            import_slots.show_notes(draft.proposal)
            with st.expander(t("import.change"), icon=":material/tune:"):
                changed = import_slots.edit(draft.proposal, st.session_state.get(N_TAKEN, 0))
            if changed != draft.proposal:
                st.session_state[DRAFT] = draft.changed(changed)
                st.rerun()
        if _show_checks(draft):
            _ask_name(draft)


def _show_checks(draft: Draft) -> bool:
    """What the servers lack; False where the file cannot be kept as it is."""
    if draft.checks is None:
        try:
            with st.spinner(t("import.asking")):
                draft = import_loaders.with_checks(draft)
        except VideogenError as error:
            notices.show_error(error)
            return False
        st.session_state[DRAFT] = draft
    if not draft.checks:
        link = links.link("system", t("models.connect"))
        st.html(f'<p class="vg">{markup.esc(t("import.no_server"))} {link}</p>')
    for check in draft.checks or ():
        _show_check(check)
    if draft.checks:
        st.button(
            t("models.ask_again"),
            type="tertiary",
            icon=":material/refresh:",
            key="import_ask_again",
            on_click=_ask_again,
        )
    return True


def _show_check(check: ServerCheck) -> None:
    if check.error is not None:
        notices.show_error(check.error)
        return
    if check.is_complete:
        said = t("import.complete", server=check.backend)
        st.success(markup.as_text(said), icon=":material/check_circle:")
        return
    n = len(check.lacks.nodes) + len(check.lacks.models)
    if n:
        said = t("import.lacks", server=check.backend, n=n)
        st.warning(markup.as_text(said), icon=":material/download:")
        heads = [t(f"parts.{name}") for name in ("what", "where", "size")]
        st.html(markup.table([*heads, t("import.column.how")], _lacking(check)))
        commands = _commands(check)
        if commands:
            st.caption(t("import.commands"))
            st.code("\n".join(commands), language="bash", wrap_lines=True)
    for misfit in check.misfits:
        st.caption(markup.as_text(_misfit(misfit)))


def _lacking(check: ServerCheck) -> list[tuple[str, ...]]:
    packs: Mapping[str, str | None] = {
        node.pack or node.node_class: node.how for node in check.lacks.nodes
    }
    rows: list[tuple[str, ...]] = [
        (
            markup.esc(pack),
            "custom_nodes",
            formats.UNKNOWN,
            markup.esc(t("import.command_below") if how else t("import.by_manager")),
        )
        for pack, how in packs.items()
    ]
    for model in check.lacks.models:
        size = formats.UNKNOWN if model.size_bytes is None else formats.file_size(model.size_bytes)
        where = markup.esc(model.folder or formats.UNKNOWN)
        rows.append((markup.esc(model.file), where, size, _how(model)))
    return rows


def _how(model: MissingModel) -> str:
    if model.how:
        return markup.esc(t("import.command_below"))
    if model.source:
        return markup.esc(t("import.look_at", source=model.source))
    if model.folder:
        return markup.esc(t("import.nobody_knows", folder=model.folder))
    return markup.esc(t("import.nobody_knows_folder"))


def _commands(check: ServerCheck) -> list[str]:
    found = [node.how for node in check.lacks.nodes if node.how]
    found += [model.how for model in check.lacks.models if model.how]
    return list(dict.fromkeys(found))


def _misfit(one: Misfit) -> str:
    facts = {"node": one.node, "input": one.input}
    if one.choices:
        facts |= {"value": one.value, "choices": ", ".join(one.choices)}
        return t("import.misfit.not_offered", **facts)
    if one.value:
        return t("import.misfit.nothing_offered", **facts, value=one.value)
    return t(f"import.misfit.{one.kind.value}", **facts)


def _ask_name(draft: Draft) -> None:
    st.session_state.setdefault(NAME, draft.name)
    with (
        st.form("import_save", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(t("import.name"), key=NAME, max_chars=80)
        st.form_submit_button(
            t("import.save"), type="primary", icon=":material/save:", on_click=_save
        )


def _save() -> None:
    draft: Draft | None = st.session_state.get(DRAFT)
    if draft is None:
        return
    try:
        saved = import_loaders.save(draft, st.session_state.get(NAME, ""))
    except VideogenError as error:
        st.session_state[REFUSED] = error
        return
    st.session_state.pop(DRAFT, None)
    st.session_state[SAVED] = saved


def _show_saved(saved: Condition) -> None:
    """Kept is not yet usable: what it still lacks stands under what cannot be pressed before."""
    row = models_loaders.row(saved.name)
    if row is None:  # somebody has removed it since
        st.session_state.pop(SAVED, None)
        return
    (one,) = row.conditions
    said = " ".join((t("import.saved", name=saved.name), _what_now(one)))
    icon = ":material/check_circle:"
    if one.standing is Standing.READY:
        st.success(markup.as_text(said), icon=icon)
    else:
        st.info(markup.as_text(said), icon=icon)
    models_standing.show_actions(one)
    if one.standing is Standing.MISSING:
        for server in one.servers:
            models_standing.show_server(server)
    _offer_file(saved.name, "saved")


def _what_now(one: ModelCondition) -> str:
    if one.standing is not Standing.MISSING:
        return t(f"import.saved_{'ready' if one.standing is Standing.READY else 'open'}")
    lacks = models_words.fewest_lacks(one.servers)
    names = list(
        dict.fromkeys(
            [node.pack or node.node_class for node in lacks.nodes]
            + [model.file for model in lacks.models]
        )
    )
    if len(names) > SAID_NAMES:
        return t("import.saved_lacks_many", n=len(names))
    return t("import.saved_lacks", names=", ".join(names))


def _offer_file(name: str, where: str) -> None:
    content, file_name = import_loaders.export(name)
    st.download_button(
        t("import.export"),
        content,
        file_name=file_name,
        mime="application/json",
        icon=":material/share:",
        type="tertiary",
        key=f"import_export_{where}_{name}",
    )


def _remove(name: str) -> None:
    st.session_state.pop(SAVED, None)
    try:
        import_loaders.remove(name)
    except VideogenError as error:
        st.session_state[REFUSED] = error


def _discard() -> None:
    for key in (DRAFT, NAME):
        st.session_state.pop(key, None)


def _ask_again() -> None:
    draft: Draft | None = st.session_state.get(DRAFT)
    if draft is not None and draft.proposal is not None:
        st.session_state[DRAFT] = draft.changed(draft.proposal)
    elif draft is not None:
        st.session_state[DRAFT] = import_loaders.with_checks(draft)
