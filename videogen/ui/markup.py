"""Small pieces of HTML; whatever a person or a server wrote is escaped here."""

import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

MARKDOWN = re.compile(r"[\\`*_\[\]()!:$<>#|~]")
# Marks that turn the words after them round (UAX 9), and a byte that HTML does not have.
TURNING = re.compile("[\x00\u202a-\u202e\u2066-\u2069]")
FIRST_SCREEN = "decision"
VERDICT_ICONS: Mapping[str, str] = {"go": "pass", "no_go": "fail", "not_yet": "not_yet"}
TONES: Mapping[str, str] = {
    "pass": "pass", "go": "pass", "succeeded": "pass", "up": "pass",
    "fail": "fail", "no_go": "fail", "failed": "fail", "lost": "fail", "down": "fail",
    "not_yet": "wait", "uncertain": "wait", "warn": "wait",
}  # fmt: skip


def as_text(sentence: str) -> str:
    """For widgets that read Markdown: what a person or a server wrote stays text, never an image
    that a browser would fetch from elsewhere.
    """
    return MARKDOWN.sub(r"\\\g<0>", TURNING.sub("", sentence))


def esc(value: object) -> str:
    return html.escape(TURNING.sub("", str(value)), quote=True)


def icon(name: str) -> str:
    return f'<i class="vg-icon vg-i-{VERDICT_ICONS.get(name, name)}" aria-hidden="true"></i>'


def chip(word: str, tone_of: str, *, icon_name: str | None = None) -> str:
    """A word on a tint; the icon repeats what the colour says."""
    drawn = icon(icon_name) if icon_name else ""
    return f'<span class="vg-chip vg-chip-{TONES.get(tone_of, "plain")}">{drawn}{esc(word)}</span>'


def link(path: str, label: str, **query: object) -> str:
    """`path` is a screen's name."""
    known = {name: value for name, value in query.items() if value is not None}
    # The first screen is the root: under its own name Streamlit says that there is no such page.
    address = "/" if path == FIRST_SCREEN else f"/{path}"
    target = f"{address}?{urlencode(known)}" if known else address
    return f'<a href="{esc(target)}" target="_self">{esc(label)}</a>'


def facts(pairs: list[tuple[str, str, str | None]]) -> str:
    """A grid of label, value and an optional line under it; all are plain text."""
    cells = [
        f"<div><dt>{esc(label)}</dt><dd>{esc(value)}"
        + (f"<small>{esc(note)}</small>" if note else "")
        + "</dd></div>"
        for label, value, note in pairs
    ]
    return f'<dl class="vg vg-facts">{"".join(cells)}</dl>'


def progress(share: float | None, label: str) -> str:
    """A bar with its share in 0..1; None: it moves without saying how far."""
    if share is None:
        return (
            f'<div class="vg-progress vg-progress-open" role="progressbar" '
            f'aria-label="{esc(label)}"><i></i></div>'
        )
    percent = f"{min(max(share, 0.0), 1.0) * 100:.0f}"
    return (
        f'<div class="vg-progress" role="progressbar" aria-label="{esc(label)}" '
        f'aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100">'
        f'<i style="width:{percent}%"></i></div>'
    )


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: tuple[int, ...] = ()
) -> str:
    """Heads are plain text, on a phone beside each cell; cells are escaped by who made them."""
    top = "".join(_cell("th", place in numeric, esc(head)) for place, head in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(
            _cell("td", place in numeric, f"<div>{one}</div>", head=head)
            for place, (head, one) in enumerate(zip(heads, row, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    label = esc(", ".join(head for head in heads if head))
    return (
        # A table wider than the window is reached with the keyboard too, and says what it is.
        f'<div class="vg vg-scroll vg-stack" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="vg-table"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(kind: str, is_number: bool, content: str, *, head: str | None = None) -> str:
    known = f' data-head="{esc(head)}"' if head is not None else ""
    return f"<{kind}{' class=num' if is_number else ''}{known}>{content}</{kind}>"
