"""Errors and empty states: what happened, what it means, what to do next."""

import streamlit as st

from videogen import texts
from videogen.domain.run import Attempt
from videogen.errors import VideogenError
from videogen.ui import language, markup
from videogen.ui.language import t


def show_error(error: VideogenError, *, beside_field: bool = False) -> None:
    """One line with the field, and the next step under it; never a traceback.

    Beside the field itself its name is not said again.
    """
    spoken = language.current()
    field = None if beside_field else _field_name(error.field)
    # The sentence names the field as rows do; here it has the form's own word.
    message = texts.error_message(error, spoken).removeprefix(f"{error.field}: ")
    st.error(
        markup.as_text(texts.error_hint(error, spoken)),
        title=markup.as_text(f"{field}: {message}" if field else message),
        icon=":material/error:",
    )


def show_sandbox_note(key: str = "sandbox.note") -> None:
    st.html(
        f'<div class="vg vg-note" role="note">{markup.icon("sandbox")}'
        f"<span><b>{markup.esc(t('sandbox.marker'))}</b> "
        f'<span class="vg-wide">{markup.esc(t(key))}</span></span></div>'
    )


def show_empty(title: str, text: str, *, icon_name: str = "film") -> None:
    st.html(
        f'<div class="vg vg-empty">{markup.icon(icon_name)}'
        f"<h1>{markup.esc(title)}</h1><p>{markup.esc(text)}</p></div>"
    )


def reason(code: str) -> str:
    """Why a back end is down or a reading is missing: a failure class with texts, else its word."""
    return language.t_or(f"failure.{code}", language.t_or(f"reason.{code}", code))


def memory_reason(code: str | None) -> str:
    """Why a run has no reading of device memory."""
    return language.t_or(f"gpu.reason.{code}", t("run.vram_none")) if code else t("run.vram_none")


def failure_sentence(code: str, kind: str, attempt: Attempt | None) -> str:
    """`kind` message or hint of a stored failure."""
    if code == "budget":  # its detail says which cap and how much; no other class has sums
        spoken = language.current()
        advice = texts.failure_advice(code, spoken, attempt.failure_detail if attempt else None)
        return advice.happened if kind == "message" else advice.next_step
    room = "request_refused" if code == "invalid_input" else code
    facts = {"backend": attempt.backend, "detail": attempt.failure_detail} if attempt else {}
    return sentence(f"error.{room}.{kind}", **facts)


def sentence(key: str, **facts: object) -> str:
    """An error's sentence outside its exception; a fact that was not kept is called unknown."""
    if not texts.has_key(key):
        key = "error.execution_error." + key.rsplit(".", 1)[1]
    known = {name: value for name, value in facts.items() if value is not None}
    return t(key).format_map(_Facts(known))


class _Facts(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return t("error.unknown_fact")


def _field_name(field: str | None) -> str | None:
    if not field:
        return None
    return language.t_or(f"field.{field}", language.t_or(f"slot.{field}", field))
