"""Which lines of the catalogue are asked for, in which order, and what a choice of them needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.bootstrap.models import ModelRow, OnServer, Standing
from videogen.catalogue import ModelPart
from videogen.domain.condition import Location, Purpose
from videogen.domain.run import Origin


class Tag(StrEnum):
    """What a line may be asked to be."""

    RUNNABLE = "runnable"
    NEEDS_WORKFLOW = "needs_workflow"
    INSTALLED = "installed"
    MISSING = "missing"
    MEASURED = "measured"
    LOCAL = "local"
    CLOUD = "cloud"
    OWN = "own"


# One of each pair is enough: both together ask for nothing.
PAIRS = ((Tag.RUNNABLE, Tag.NEEDS_WORKFLOW), (Tag.INSTALLED, Tag.MISSING), (Tag.LOCAL, Tag.CLOUD))
NO_LICENCE = "none"  # where nobody has established one


class Sort(StrEnum):
    QUALITY = "quality"
    COST = "cost"
    TIME = "time"
    VRAM = "vram"
    SIZE = "size"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A view of the list."""

    words: str = ""
    purposes: frozenset[Purpose] = frozenset()  # any of them; none: all
    tags: frozenset[Tag] = frozenset()  # all of them
    family: str | None = None
    licence: str | None = None  # NO_LICENCE: not established
    sort: Sort = Sort.QUALITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a choice of lines takes; a file that several share once."""

    files: tuple[ModelPart, ...]
    known_bytes: int
    n_unsized: int
    missing_bytes: int | None  # of those that the server lacks; None: it has not said
    n_missing_unsized: int
    commands: tuple[str, ...]  # for all that lacks, nodes first
    without_command: tuple[str, ...]  # what lacks and nobody has established how to get


def listed(
    rows: Sequence[ModelRow], asked: Asked, title_of: Callable[[ModelRow], str]
) -> tuple[ModelRow, ...]:
    """Those that fit, in the order asked for; what is unknown comes last, live before sandbox."""
    terms = asked.words.casefold().split()
    fitting = [row for row in rows if _fits(row, asked, terms, title_of)]
    if asked.sort is Sort.NAME:
        return tuple(sorted(fitting, key=lambda row: title_of(row).casefold()))
    figure = FIGURES[asked.sort]
    return tuple(sorted(fitting, key=lambda row: _place(row, asked.sort, figure(row))))


def tags_of(row: ModelRow) -> frozenset[Tag]:
    found = {
        Tag.RUNNABLE: bool(row.conditions),
        Tag.NEEDS_WORKFLOW: row.standing is Standing.NEEDS_WORKFLOW,
        Tag.INSTALLED: row.is_installed,
        Tag.MISSING: row.is_missing,
        Tag.MEASURED: row.headline is not None,
        Tag.LOCAL: Location.LOCAL in row.locations,
        Tag.CLOUD: Location.CLOUD in row.locations,
        Tag.OWN: row.is_own,
    }
    return frozenset(tag for tag, is_so in found.items() if is_so)


def needed(rows: Iterable[ModelRow], server: str | None) -> Needed:
    """For all of them on one server, by its back end's name; None: none is asked."""
    chosen = tuple(rows)
    files = {part.file: part for row in chosen for part in row.files}
    standings = [one for row in chosen for one in _on(row, server)]
    is_told = bool(standings) and all(one.lacks is not None for one in standings)
    lacks = [one.lacks for one in standings if one.lacks is not None]
    nodes = {node.pack or node.node_class: node.how for one in lacks for node in one.nodes}
    models = {model.file: model for one in lacks for model in one.models}
    if not is_told:  # then it is all of them that may have to be fetched
        commands: Mapping[str, str | None] = {name: part.how for name, part in files.items()}
    else:
        commands = nodes | {name: model.how for name, model in models.items()}
    sizes = [part.size_bytes for part in files.values()]
    lacking = [model.size_bytes for model in models.values()]
    return Needed(
        files=tuple(files.values()),
        known_bytes=sum(size for size in sizes if size is not None),
        n_unsized=sizes.count(None),
        missing_bytes=sum(size for size in lacking if size is not None) if is_told else None,
        n_missing_unsized=lacking.count(None),
        commands=tuple(dict.fromkeys(how for how in commands.values() if how is not None)),
        without_command=tuple(name for name, how in commands.items() if how is None),
    )


def _on(row: ModelRow, server: str | None) -> tuple[OnServer, ...]:
    """Each of its conditions on that server, or its files where nothing runs it."""
    found = [one for condition in row.conditions for one in condition.servers] or list(row.servers)
    return tuple(one for one in found if one.backend == server)


def _fits(
    row: ModelRow, asked: Asked, terms: Sequence[str], title_of: Callable[[ModelRow], str]
) -> bool:
    entry = row.entry
    if asked.purposes and not asked.purposes & set(row.purposes):
        return False
    if asked.family is not None and (entry is None or entry.family != asked.family):
        return False
    if asked.licence is not None and licence_of(row) != asked.licence:
        return False
    if asked.tags and not _has_tags(tags_of(row), asked.tags):
        return False
    if not terms:
        return True
    text = f"{row.search_text} {title_of(row).casefold()}"
    return all(term in text for term in terms)


def licence_of(row: ModelRow) -> str:
    return (row.entry.licence if row.entry is not None else None) or NO_LICENCE


def _has_tags(own: frozenset[Tag], wanted: frozenset[Tag]) -> bool:
    paired: set[Tag] = set()
    for pair in PAIRS:
        among = wanted & set(pair)
        paired |= among
        if among and not among & own:
            return False
    return wanted - paired <= own


def _place(row: ModelRow, sort: Sort, figure: float | None) -> tuple[bool, bool, float, int]:
    headline = row.headline
    # A simulated figure never stands among measured ones; a size is not measured at all.
    is_sandbox = (
        sort is not Sort.SIZE and headline is not None and headline[1].origin is Origin.SANDBOX
    )
    value = 0.0 if figure is None else figure
    is_better_high = sort is Sort.QUALITY
    standing = list(Standing).index(row.standing)
    return figure is None, is_sandbox, -value if is_better_high else value, standing


def _quality(row: ModelRow) -> float | None:
    found = row.headline
    return None if found is None or found[1].quality is None else found[1].quality.mean


def _cost(row: ModelRow) -> float | None:
    return None if row.headline is None else row.headline[1].cost_usd_mean


def _time(row: ModelRow) -> float | None:
    return None if row.headline is None else row.headline[1].wall_time_s_median


def _vram(row: ModelRow) -> float | None:
    return None if row.headline is None else row.headline[1].peak_vram_mib_max


def _size(row: ModelRow) -> float | None:
    return row.size_bytes


FIGURES: Mapping[Sort, Callable[[ModelRow], float | None]] = {
    Sort.QUALITY: _quality,
    Sort.COST: _cost,
    Sort.TIME: _time,
    Sort.VRAM: _vram,
    Sort.SIZE: _size,
}
