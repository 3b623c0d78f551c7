"""Pages and ui take every sentence from texts.

Two rules, both about string literals that are no docstrings:
1. What a Streamlit call shows (its first argument, or a keyword such as `label` and `help`) holds
   no word once markup, icons and values are taken out.
2. Whatever stands elsewhere is no sentence: no Thai letter, and no run of plain words that begins
   with a capital. What is raised or logged is for developers and is left alone.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import calls, docstrings, name_of, python_files, tree_of, written

SHOWING_CALLS = {
    "title", "header", "subheader", "caption", "text", "markdown", "html", "write", "metric",
    "info", "warning", "error", "success", "toast", "exception", "badge", "button",
    "form_submit_button", "link_button", "download_button", "page_link", "checkbox", "toggle",
    "radio", "selectbox", "multiselect", "slider", "select_slider", "text_input", "text_area",
    "number_input", "date_input", "time_input", "file_uploader", "segmented_control", "pills",
    "expander", "popover", "status", "spinner", "progress", "dialog", "menu_button", "chat_input",
}  # fmt: skip
SHOWN_KEYWORDS = {"label", "body", "help", "placeholder", "title", "text", "caption", "page_title"}
UNREAD = re.compile(
    r"<(style|script)\b.*?</\1>|<svg.*?</svg>|<[^<>]*>|&\w+;|&#\d+;|:material/\w+:|:\w+\[|\{[^}]*\}",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")
UNITS = {"GB", "MiB", "USD", "px", "fps", "min", "mp4", "ACR", "MOS", "VRAM", "GPU", "CI", "PDF"}
THAI = re.compile(r"[\u0e00-\u0e7f]")
SENTENCE = re.compile(r"^\W*[A-Z][a-z']+(?:,? [a-z']+)+[.!?…:]*\s*$")


def literal_sentences(tree: ast.Module) -> list[int]:
    """The lines on which a literal would be read by a person."""
    shown = [node for node in _shown(tree) if _has_word(written(node) or "")]
    silent = docstrings(tree) | set(_said_to_developers(tree))
    read_out = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent
        if THAI.search(node.value) or SENTENCE.match(UNREAD.sub(" ", node.value))
    ]
    return sorted({node.lineno for node in [*shown, *read_out]})


def _shown(tree: ast.Module) -> Iterator[ast.expr]:
    for name, call in calls(tree):
        if name in SHOWING_CALLS and not _is_logger(call):
            keywords = [word.value for word in call.keywords if word.arg in SHOWN_KEYWORDS]
            for argument in [*call.args[:1], *keywords]:
                yield from _literals(argument)


def _literals(node: ast.expr) -> Iterator[ast.expr]:
    """The literals of an expression, but not those handed to a call inside it."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        yield node
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _literals(value)


def _has_word(text: str) -> bool:
    words = WORD.findall(UNREAD.sub(" ", text))
    return any(word not in UNITS for word in words)


def _is_logger(call: ast.Call) -> bool:
    """`log.info("run_started")` speaks to developers; `st.info(...)` does not."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id.lower().strip("_") in {"log", "logger"}


def _said_to_developers(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        is_log = isinstance(node, ast.Call) and _is_logger(node)
        if isinstance(node, ast.Raise | ast.Assert) or is_log:
            yield from (part for part in ast.walk(node) if isinstance(part, ast.Constant))


def test_pages_and_ui_hold_no_sentence_of_their_own() -> None:
    found = [
        f"{name_of(path)}:{line}"
        for path in python_files("pages", "videogen/ui", "app.py")
        for line in literal_sentences(tree_of(path))
    ]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'st.title("Decision")',
        'st.button("Save", key="save")',
        'column.metric(label="Cost", value=3)',
        'st.info(f"There are {n} runs")',
        'st.info("None yet" if empty else t("runs.some"))',
        'st.markdown("<b>Blind rating</b>", unsafe_allow_html=True)',
        'st.text_input(t("x"), help="Type here")',
        'chip("Not measured yet", "wait")',
        'label = "ยังไม่ได้วัด"',
    ],
)
def test_the_rule_sees_a_sentence(code: str) -> None:
    assert literal_sentences(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code",
    [
        '"""A page is a script: load, ask, show."""',
        'st.title(t("decision.title"))',
        'st.button(t("x"), key="save now", icon=":material/save:")',
        'st.html(f\'<div class="vg vg-card" role="group">{card}</div>\')',
        'st.html(f"<style>{css} .vg-card a</style>")',
        'st.metric(t("cost"), "$3")',
        'st.caption(f"{n} GB")',
        'raise ValueError("The share must be at most one")',
        'log.info("worker started")',
        'names = {"not_yet": "wait", "tone": "vg chip plain"}',
        'path = "M7 12 h3 l3 3"',
    ],
)
def test_the_rule_leaves_code_alone(code: str) -> None:
    assert literal_sentences(ast.parse(code)) == []
