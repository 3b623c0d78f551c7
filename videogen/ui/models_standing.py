"""What can be done with a condition now, and what each server still lacks for it."""

import streamlit as st

from videogen.bootstrap.models import ModelCondition, OnServer, Standing
from videogen.domain.access import Permission
from videogen.domain.run import Origin
from videogen.runs.preflight import Lacks
from videogen.ui import formats, links, markup, models_words, who
from videogen.ui.blinding import PAGES
from videogen.ui.language import t


def show_actions(one: ModelCondition, *, is_main: bool = True) -> None:
    """Both take runs, so neither can be pressed where none could be made."""
    condition_id = one.condition.condition_id
    why_not = None if one.standing is Standing.READY else t(f"models.why_not.{one.standing.value}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if links.is_open("create") and st.button(
            t("models.try"),
            icon=":material/movie_edit:",
            type="primary" if is_main else "secondary",
            disabled=why_not is not None,
            key=f"models_try_{is_main}_{condition_id}",
        ):
            st.switch_page(PAGES / "3_create.py", query_params={"condition": condition_id})
        if who.may(Permission.PLAN) and st.button(
            t("models.measure"),
            icon=":material/science:",
            disabled=why_not is not None,
            key=f"models_measure_{is_main}_{condition_id}",
        ):
            asked = {"tab": "plan", "candidate": condition_id}
            st.switch_page(PAGES / "4_campaigns.py", query_params=asked)
        if why_not is not None and links.is_open("create"):
            st.caption(why_not)


def show_server(server: OnServer) -> None:
    """Everything that it lacks, and how to get each; a line where it lacks nothing."""
    name = markup.esc(server.backend)
    if server.lacks is None:
        said = markup.esc(t("models.not_told"))
    elif server.lacks.is_complete:
        said = f"{markup.icon('pass')} {markup.esc(t('models.complete'))}"
    else:
        said = f"{markup.icon('warn')} {markup.esc(t('models.lacks', n=_n(server.lacks)))}"
    chip = models_words.sandbox_chip() if server.origin is Origin.SANDBOX else ""
    st.html(f'<p class="vg vg-small vg-stand"><b>{name}</b>{chip}<span>{said}</span></p>')
    if server.lacks is not None and not server.lacks.is_complete:
        heads = [t(f"parts.{word}") for word in ("what", "where", "size", "how")]
        st.html(markup.table(heads, _lacking(server.lacks)))


def _n(lacks: Lacks) -> int:
    return len(lacks.nodes) + len(lacks.models)


def _lacking(lacks: Lacks) -> list[tuple[str, ...]]:
    packs = {node.pack or node.node_class: node.how for node in lacks.nodes}
    rows: list[tuple[str, ...]] = [
        (markup.esc(pack), "custom_nodes", formats.UNKNOWN, _how(how, None))
        for pack, how in packs.items()
    ]
    return rows + [
        (
            markup.esc(model.file),
            markup.esc(model.folder or formats.UNKNOWN),
            formats.file_size(model.size_bytes),
            _how(model.how, model.source),
        )
        for model in lacks.models
    ]


def _how(command: str | None, source: str | None) -> str:
    if command is not None:
        return f'<code class="vg-source">{markup.esc(command)}</code>'
    if source is None:
        return markup.esc(t("models.how_unknown"))
    return f'<span class="vg-source">{markup.esc(t("models.look_at", source=source))}</span>'
