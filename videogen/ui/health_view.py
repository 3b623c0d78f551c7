"""Whether the measurements can be trusted: memory that creeps, updates that change a figure."""

from collections.abc import Sequence

import streamlit as st

from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin
from videogen.evidence.health import Creep, Drift, creep_text, drift, drift_text, memory_creep
from videogen.ui import language, loaders, markup
from videogen.ui.language import t

Finding = Creep | Drift
LOOK_S = 60  # trends over days need no newer look
N_DRIFTS = 3  # of one condition; older changes have been lived with


def show() -> None:
    """What is flagged stands open, the rest behind one line."""
    found = _found(loaders.snapshot()[0])
    flagged = [one for one in found if one.is_flagged]
    calm = [one for one in found if not one.is_flagged]
    for one in flagged:
        st.warning(
            markup.as_text(_sentence(one)),
            title=markup.as_text(_subject(one)),
            icon=":material/monitoring:",
        )
    if not flagged:
        st.caption(t("health.calm") if calm else t("health.nothing_yet"))
    if calm:
        with st.expander(t("health.looked_at", n=len(calm))):
            st.html(_list(calm))


def _list(found: Sequence[Finding]) -> str:
    items = "".join(
        f"<li><b>{markup.esc(_subject(one))}</b> {markup.esc(_sentence(one))}</li>" for one in found
    )
    return f'<ul class="vg vg-small vg-plainlist">{items}</ul>'


def _subject(one: Finding) -> str:
    said = one.backend
    if isinstance(one, Drift):
        maker = loaders.conditions().get(one.condition_id)
        said = loaders.condition_label(maker) if maker else one.condition_id
    return f"{said} ({t('sandbox.short')})" if one.is_sandbox else said


def _sentence(one: Finding) -> str:
    spoken = language.current()
    return creep_text(one, spoken) if isinstance(one, Creep) else drift_text(one, spoken)


@st.cache_resource(ttl=LOOK_S, max_entries=2, show_spinner=False)
def _found(folder: str) -> list[Finding]:  # noqa: ARG001 the cache's key
    running = loaders.application()
    limit_mib = loaders.criteria().peak_vram_mib_max
    servers = [one for one in running.worker.backends() if one.kind is BackendKind.COMFY]
    creeps = [
        memory_creep(running.database, server.name, limit_mib=limit_mib) for server in servers
    ]
    drifts = [
        one
        for condition in running.conditions
        for origin in Origin
        for one in drift(running.database, condition.condition_id, origin)[:N_DRIFTS]
    ]
    return [*(one for one in creeps if one is not None), *drifts]
