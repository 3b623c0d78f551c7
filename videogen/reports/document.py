"""What a report is made of before it is a file: every format draws these blocks and no other.

All texts are plain and already in the reader's language; each format escapes them for itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

# A figure and its unit, and the ends of a span: what a narrow column must not part.
_UNIT = re.compile(r"(?<=[\d.]) (?=(?:%|[GM]i?B|s|min|h|วิ|นาที|ชม\.|ครั้ง|คน|runs|raters)(?!\w))")
_COUNT = re.compile(r"\bn = (?=\d)")
# Control characters, which no reader shows, and overrides that turn the text after them round.
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """What a person wrote, as far as it can be seen."""
    return _UNSHOWN.sub("", text)


def kept_together(text: str) -> str:
    return _COUNT.sub("n\u00a0=\u00a0", _UNIT.sub("\u00a0", text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    text: str
    notes: tuple[str, ...] = ()  # what the figure rests on: its interval, its n
    tone: str = ""  # pass, fail, wait: said by the text too, never by colour alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One row of cells a line, the first of them its head."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()  # columns of figures
    wide: frozenset[int] = frozenset()  # columns of sentences, which need more room
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture as SVG whose classes each format colours; the figures stand in a table as well."""

    title: str
    description: str  # what one who cannot see it is told
    svg: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Label and value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    text: str
    tone: str = ""  # note: a remark in smaller letters; sandbox: the mark of simulated data


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    text: str


Block = Table | Chart | Facts | Paragraph | Bullets | Heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the report's parts; `question` is what it answers."""

    anchor: str
    title: str
    question: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The verdict as the first page says it."""

    word: str
    tone: str  # pass, fail, wait
    sentence: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    language: str
    title: str
    campaign: str
    made_at: datetime  # UTC
    made: str  # the same moment in words, with its zone
    headline: Headline
    facts: Facts
    summary: tuple[Block, ...]
    parts: tuple[Part, ...]
    contents: str  # what the list of parts is called
    mark: str = ""  # stands on every page and part where data are simulated

    @property
    def blocks(self) -> Sequence[Block]:
        return [*self.summary, *(block for part in self.parts for block in part.blocks)]
