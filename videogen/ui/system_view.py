"""Prices, storage, versions."""

import importlib.metadata
import platform

import streamlit as st

import videogen
from videogen.ui import formats, language, markup, system_loaders
from videogen.ui.language import t

LIBRARIES = ("streamlit", "duckdb", "plotly", "google-genai", "av")


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


def _sub(text: str | None) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>' if text else ""


def _source(source: str) -> str:
    return f'<span class="sub vg-source">{markup.esc(source)}</span>'
