"""Back ends and their test, prices, thresholds, storage, versions."""

import importlib.metadata
import platform

import streamlit as st

import videogen
from videogen.domain.generation import BackendLight, BackendStatus
from videogen.domain.run import Origin
from videogen.errors import VideogenError
from videogen.ui import cards, formats, language, loaders, markup, notices, system_loaders
from videogen.ui.language import t

REFRESH_S = 5
LIBRARIES = ("streamlit", "duckdb", "plotly", "google-genai", "av")


@st.fragment(run_every=REFRESH_S)
def show_backends() -> None:
    statuses = loaders.header_state().statuses
    if not statuses:
        st.html(f'<p class="vg vg-soft">{markup.esc(t("system.backends_empty"))}</p>')
        return
    heads = [t(f"system.{name}") for name in _COLUMNS]
    st.html(markup.table(heads, [_backend_row(status) for status in statuses]))


_COLUMNS = ("backend", "state", "version", "device", "memory", "load", "data")


def ask_test() -> None:
    """One address, one line of answer; nothing is attached."""
    with st.form("test_server", border=False):
        address, button = st.columns([4, 1], vertical_alignment="bottom")
        url = address.text_input(
            t("system.test_label"), key="test_url", placeholder=t("system.test_placeholder")
        )
        is_asked = button.form_submit_button(t("system.test"), width="stretch")
    if is_asked:
        _test(url)
    st.caption(t("system.connect_text"))


def show_prices() -> None:
    st.caption(t("system.prices_note"))
    spoken = language.current()
    heads = [
        t(f"system.{name}")
        for name in ("price_subject", "price", "price_date", "price_kind", "price_source")
    ]
    rows = [
        (
            f"{markup.esc(price.subject)}{_sub(price.resolution)}",
            f"{formats.unit_price(price.amount_usd)}{_sub(t(f'system.unit.{price.unit.value}'))}",
            formats.day(price.as_of, spoken),
            markup.esc(language.t_or(f"system.kind.{price.kind}", price.kind)),
            _source(price.source),
        )
        for price in system_loaders.prices()
    ]
    st.html(markup.table(heads, rows))


def show_thresholds() -> None:
    criteria = loaders.criteria()
    spoken = language.current()
    st.html(
        markup.facts(
            [
                (t(f"criterion.{name.value}"), cards.limit_text(name, criteria, spoken), None)
                for name in cards.ORDER
            ]
        )
    )
    said = [t("system.thresholds_version", version=criteria.version)]
    said += [part for part in (criteria.who, criteria.why) if part]
    if criteria.since:
        said.append(formats.day(criteria.since, spoken))
    st.caption(markup.as_text(" · ".join(said)))


def show_storage() -> None:
    storage = system_loaders.storage()
    st.html(
        markup.facts(
            [
                (
                    t("system.clips"),
                    formats.file_size(storage.clips_bytes),
                    t("system.clips_note", n=storage.n_clip_files),
                ),
                (t("system.database"), formats.file_size(storage.database_bytes), None),
                (t("system.free"), formats.file_size(storage.free_bytes), None),
            ]
        )
    )


def show_versions() -> None:
    pairs: list[tuple[str, str, str | None]] = [
        ("videogen", videogen.__version__, None),
        ("Python", platform.python_version(), None),
    ]
    pairs += [(name, importlib.metadata.version(name), None) for name in LIBRARIES]
    st.html(markup.facts(pairs))


def _backend_row(status: BackendStatus) -> tuple[str, ...]:
    title = language.t_or(f"backend.{status.kind}", status.kind)
    word = t(f"light.{status.light.value}")
    state = (
        f'<span class="vg-light"><i class="vg-dot vg-dot-{status.light.value}"></i>'
        f"{markup.esc(word)}</span>"
    )
    if status.light is BackendLight.DOWN and status.reason:
        state += _sub(notices.reason(status.reason))
    return (
        f"<b>{markup.esc(title)}</b>{_sub(status.name)}",
        state,
        markup.esc(status.version or formats.UNKNOWN),
        markup.esc(status.device or formats.UNKNOWN),
        markup.esc(_memory(status)),
        _load(status),
        _origin(status),
    )


def _origin(status: BackendStatus) -> str:
    if status.origin is None:
        return formats.UNKNOWN
    word = t(f"origin.{status.origin.value}")
    if status.origin is Origin.SANDBOX:
        return f'<span class="vg-chip vg-sandbox">{markup.esc(word)}</span>'
    return markup.esc(word)


def _load(status: BackendStatus) -> str:
    if status.n_running is None and status.n_pending is None:
        return formats.UNKNOWN
    return f"{formats.count(status.n_running)}, {formats.count(status.n_pending)}"


def _memory(status: BackendStatus) -> str:
    if status.memory_total_mib is None:
        return formats.UNKNOWN
    total = formats.memory(status.memory_total_mib)
    if status.memory_used_mib is None:
        return total
    return t("system.memory_used", used=formats.memory(status.memory_used_mib), total=total)


def _test(url: str) -> None:
    try:
        status = system_loaders.test_server(url)
    except VideogenError as error:
        notices.show_error(error)
        return
    if status.light in (BackendLight.UP, BackendLight.BUSY):
        device = t(
            "system.test_device",
            device=status.device or formats.UNKNOWN,
            memory=formats.memory(status.memory_total_mib),
        )
        st.success(
            markup.as_text(device),
            title=markup.as_text(t("system.test_ok", version=status.version or formats.UNKNOWN)),
            icon=":material/check_circle:",
        )
        return
    code = status.reason or "server_down"
    said = notices.sentence(f"error.{code}.message", backend=url)
    happened = f"{t('field.url')}: {language.t_or(f'system.test_{code}', said, url=url)}"
    st.error(
        markup.as_text(notices.sentence(f"error.{code}.hint", backend=url)),
        title=markup.as_text(happened),
        icon=":material/error:",
    )


def _sub(text: str | None) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>' if text else ""


def _source(source: str) -> str:
    return f'<span class="sub vg-source">{markup.esc(source)}</span>'
