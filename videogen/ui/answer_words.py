"""Sentences of the evidence as HTML: escaped, conditions by the names that people know."""

from collections.abc import Sequence

from videogen.evidence import Sentence
from videogen.ui import costs_loaders, language, markup

# A list of answers: the word at the end of its first line, the figures one click away.
STYLE = """<style>
.vg-answers { list-style: none; margin: 0 0 1rem; padding: 0; max-width: 60rem; }
.vg-answers > li { margin: 0; padding: .75rem 0; border-bottom: 1px solid var(--vg-line);
  line-height: 1.55; font-size: .9375rem; display: grid; gap: .25rem; }
.vg-answers > li:last-child { border-bottom: 0; }
.vg-answer-top { display: flex; flex-wrap: wrap; justify-content: space-between;
  align-items: baseline; gap: .25rem 1rem; }
.vg-folded summary { cursor: pointer; width: fit-content; }
.vg-folded ul { margin: .375rem 0 0; }
.vg-folded p { margin-top: .375rem; }
</style>"""


def plain(sentence: Sentence) -> str:
    """Not escaped, to stand inside another sentence."""
    return costs_loaders.label(sentence, language.current())


def said(sentence: Sentence) -> str:
    return markup.esc(plain(sentence))


def lines(sentences: Sequence[Sentence]) -> str:
    """A plain list; nothing where there is nothing to say."""
    if not sentences:
        return ""
    items = "".join(f"<li>{said(one)}</li>" for one in sentences)
    return f'<ul class="vg-plainlist vg-small vg-soft">{items}</ul>'


def folded(word: str, sentences: Sequence[Sentence]) -> str:
    """One click away; the browser opens it without asking the server."""
    if not sentences:
        return ""
    summary = f'<summary class="vg-small vg-soft">{markup.esc(word)}</summary>'
    return f'<details class="vg-folded">{summary}{lines(sentences)}</details>'
