"""The catalogue joined: what each model is, what runs it, where it lies, what it measured here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from videogen.bootstrap.reach import Reached, is_retired
from videogen.bootstrap.server_survey import ServerStock, Survey
from videogen.catalogue import Manifest, ModelPart
from videogen.catalogue.entries import (
    CatalogueEntry,
    EntryKind,
    files_of,
    with_bases,
)
from videogen.catalogue.model_folders import loaded_files
from videogen.domain.condition import BackendKind, Condition, Location, Purpose
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.evidence.measured import MeasuredCondition
from videogen.pricing import price_of_condition, worst_case_cost
from videogen.runs.context import utc_now
from videogen.runs.lights import takes_runs
from videogen.runs.preflight import Lacks, MissingModel

ORIGINS = (Origin.LIVE, Origin.SANDBOX)  # what is real is told first
UNPROVEN = "unproven"  # a manifest's word for a value that nobody has tried


class Standing(StrEnum):
    """Whether a clip could be made with it now; the best first."""

    READY = "ready"
    MISSING = "missing"  # parts of it lack on every server that was asked
    UNASKED = "unasked"  # no server has answered yet
    NO_BACKEND = "no_backend"  # nothing is connected that could run it
    RETIRED = "retired"  # its vendor has shut it down
    NEEDS_WORKFLOW = "needs_workflow"  # nothing of ours can run it


ORDER = tuple(Standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnServer:
    """What one server lacks for it."""

    backend: str
    origin: Origin | None
    lacks: Lacks | None  # None: it could not be asked

    @property
    def is_complete(self) -> bool:
        return self.lacks is not None and self.lacks.is_complete


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrice:
    """What a vendor's list asks for one clip; nothing was paid or measured."""

    cost_usd: Decimal
    price: Price  # the row that it is reckoned with

    @property
    def is_third_party(self) -> bool:
        """Somebody else says what the vendor asks: the source itself tells so."""
        return "third party" in self.price.source.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCondition:
    """One way of ours to run a model."""

    condition: Condition
    standing: Standing
    origin: Origin | None  # of the back end that is ready for it; None: none is
    servers: tuple[OnServer, ...]  # empty for a cloud model
    measured: Mapping[Origin, MeasuredCondition]
    unproven: tuple[str, ...]  # settings that nobody has tried; none once a live clip was made
    list_price: ListPrice | None = None  # of a cloud model only; None: no list has it


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One line of the catalogue."""

    row_id: str  # the entry's, or the condition's name where no entry tells of it
    entry: CatalogueEntry | None
    conditions: tuple[ModelCondition, ...]
    files: tuple[ModelPart, ...]  # all that it needs, each once
    standing: Standing
    servers: tuple[OnServer, ...]  # of its files alone, where nothing of ours runs it
    is_own: bool = False  # brought by somebody here
    workflows: tuple[str, ...] = ()
    search_text: str = field(default="", repr=False)

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        named = self.entry.purposes if self.entry is not None else ()
        return tuple(dict.fromkeys((*named, *(one.condition.purpose for one in self.conditions))))

    @property
    def locations(self) -> frozenset[Location]:
        own = {one.condition.location for one in self.conditions}
        is_cloud = self.entry is not None and self.entry.kind is EntryKind.CLOUD
        return frozenset(own or {Location.CLOUD if is_cloud else Location.LOCAL})

    @property
    def size_bytes(self) -> int | None:
        """Of the files whose size is known; None: of none."""
        known = [part.size_bytes for part in self.files if part.size_bytes is not None]
        return sum(known) if known else None

    @property
    def n_unsized(self) -> int:
        return sum(part.size_bytes is None for part in self.files)

    @property
    def origin(self) -> Origin | None:
        """Of the back end that is ready for it."""
        ready = [one.origin for one in self.conditions if one.standing is Standing.READY]
        return min(ready, key=_origin_rank, default=None)

    @property
    def is_installed(self) -> bool:
        """Everything of it lies on one server, or a vendor keeps it."""
        if self.standing is Standing.NEEDS_WORKFLOW:
            return any(one.is_complete for one in self.servers)
        return self.standing is Standing.READY

    @property
    def is_missing(self) -> bool:
        """A server said that it lacks something, and none has it all."""
        told = any(one.lacks is not None for one in self.servers)
        is_told = told if self.standing is Standing.NEEDS_WORKFLOW else False
        return self.standing is Standing.MISSING or (is_told and not self.is_installed)

    @property
    def headline(self) -> tuple[ModelCondition, MeasuredCondition] | None:
        """The figures that stand for it: live before sandbox, then the most rated and run."""
        found = [(one, measured) for one in self.conditions for measured in one.measured.values()]
        if not found:
            return None
        return min(
            found,
            key=lambda pair: (
                _origin_rank(pair[1].origin),
                -pair[1].n_ratings,
                -pair[1].n_succeeded,
                -pair[1].n_runs,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that is joined; each comes from where it is kept."""

    entries: Sequence[CatalogueEntry]
    conditions: Sequence[Condition]  # the shipped and the own ones
    manifests: Mapping[str, Manifest]
    own: frozenset[str]  # names of the workflows that people brought
    survey: Survey | None
    reached: Sequence[Reached]
    measured: Mapping[tuple[str, Origin], MeasuredCondition]
    prices: Sequence[Price] = ()


def model_rows(known: Known) -> tuple[ModelRow, ...]:
    """In the catalogue's order; what no entry tells of follows, people's own first."""
    by_workflow: dict[str, list[Condition]] = {}
    by_name: dict[str, Condition] = {}
    for condition in known.conditions:
        if condition.backend is BackendKind.ROUTED:
            continue
        by_name[condition.name] = condition
        if condition.workflow is not None:
            by_workflow.setdefault(condition.workflow, []).append(condition)
    joined = {name: _joined(one, known) for name, one in by_name.items()}
    rows, told = [], set()
    for entry in known.entries:
        names = [one.name for name in entry.workflows for one in by_workflow.get(name, ())]
        names += [name for name in entry.conditions if name in by_name]
        told.update(names)
        rows.append(_of_entry(entry, [joined[name] for name in dict.fromkeys(names)], known))
    rest = [_of_condition(joined[name], known) for name in by_name if name not in told]
    return (*(row for row in rest if row.is_own), *rows, *(row for row in rest if not row.is_own))


def _of_entry(
    entry: CatalogueEntry, conditions: Sequence[ModelCondition], known: Known
) -> ModelRow:
    files = files_of(with_bases([entry], known.entries) if entry.needs_base else [entry])
    return ModelRow(
        row_id=entry.entry_id,
        entry=entry,
        conditions=tuple(conditions),
        files=files,
        standing=_best(conditions),
        servers=() if conditions else tuple(_files_on(known.survey, files)),
        workflows=entry.workflows,
        search_text=_folded(
            entry.title, entry.entry_id, entry.summary_en, entry.summary_th, entry.note,
            entry.family, entry.licence, *(part.file for part in files),
            *(one.condition.name for one in conditions),
        ),
    )  # fmt: skip


def _of_condition(one: ModelCondition, known: Known) -> ModelRow:
    condition = one.condition
    manifest = known.manifests.get(condition.workflow or "")
    files = () if manifest is None else _files_of(manifest)
    return ModelRow(
        row_id=condition.name,
        entry=None,
        conditions=(one,),
        files=files,
        standing=one.standing,
        servers=(),
        is_own=condition.workflow in known.own,
        workflows=() if condition.workflow is None else (condition.workflow,),
        search_text=_folded(
            condition.name, condition.model, condition.workflow,
            None if manifest is None else manifest.title, *(part.file for part in files),
        ),
    )  # fmt: skip


def _files_of(manifest: Manifest) -> tuple[ModelPart, ...]:
    """With those that no list names: somebody's own graph may load any."""
    listed = {part.file for part in manifest.parts}
    unlisted = {
        one.file: ModelPart(file=one.file, folder=one.folder or "", repository="")
        for one in loaded_files(manifest.graph)
        if one.file not in listed
    }
    return (*manifest.parts, *unlisted.values())


def _joined(condition: Condition, known: Known) -> ModelCondition:
    key = condition.condition_id
    measured = {o: known.measured[key, o] for o in ORIGINS if (key, o) in known.measured}
    if condition.backend is BackendKind.COMFY:
        servers = tuple(_on_servers(known.survey, condition))
        standing, origin = _own_standing(servers, known)
    else:
        servers = ()
        standing, origin = _cloud_standing(condition, known.reached)
    live = measured.get(Origin.LIVE)
    manifest = known.manifests.get(condition.workflow or "")
    is_proven = manifest is None or (live is not None and live.n_succeeded > 0)
    return ModelCondition(
        condition=condition,
        standing=standing,
        origin=origin,
        servers=servers,
        measured=measured,
        unproven=() if manifest is None or is_proven else _unproven(manifest),
        list_price=_list_price(condition, known.prices),
    )


def _list_price(condition: Condition, prices: Sequence[Price]) -> ListPrice | None:
    """Of one clip at today's price; the hour of an own machine stands in no vendor's list."""
    if condition.location is not Location.CLOUD:
        return None
    today = utc_now().date()
    price = price_of_condition(prices, condition, today)
    cost_usd = worst_case_cost(condition, prices, on=today)
    if price is None or cost_usd is None:
        return None
    return ListPrice(cost_usd=cost_usd, price=price)


def _unproven(manifest: Manifest) -> tuple[str, ...]:
    return tuple(name for name, word in manifest.status.items() if word == UNPROVEN)


def _own_standing(servers: Sequence[OnServer], known: Known) -> tuple[Standing, Origin | None]:
    complete = [one.origin for one in servers if one.is_complete]
    if complete:
        return Standing.READY, min(complete, key=_origin_rank)
    if any(one.lacks is not None for one in servers):
        return Standing.MISSING, None
    is_there_one = any(one.backend.kind is BackendKind.COMFY for one in known.reached)
    return (Standing.UNASKED if is_there_one else Standing.NO_BACKEND), None


def _cloud_standing(
    condition: Condition, reached: Sequence[Reached]
) -> tuple[Standing, Origin | None]:
    origins = [
        one.status.origin
        for one in reached
        if one.backend.kind is condition.backend and takes_runs(one.status)
    ]
    is_gone = is_retired(condition, utc_now())
    # The sandbox still plays what its vendor has shut down.
    usable = [one for one in origins if one is Origin.SANDBOX or not is_gone]
    if usable:
        return Standing.READY, min(usable, key=_origin_rank)
    return (Standing.RETIRED if is_gone else Standing.NO_BACKEND), None


def _on_servers(survey: Survey | None, condition: Condition) -> Iterator[OnServer]:
    for stock in _stocks(survey):
        yield OnServer(
            backend=stock.backend, origin=stock.origin, lacks=stock.lacks.get(condition.name)
        )


def _files_on(survey: Survey | None, files: Sequence[ModelPart]) -> Iterator[OnServer]:
    """Without a workflow nobody knows which node classes it will take."""
    if not files:
        return
    for stock in _stocks(survey):
        lacks = None
        if stock.files is not None:
            missing = [MissingModel.of(part) for part in files if part.file not in stock.files]
            lacks = Lacks(models=tuple(missing))
        yield OnServer(backend=stock.backend, origin=stock.origin, lacks=lacks)


def _stocks(survey: Survey | None) -> tuple[ServerStock, ...]:
    return () if survey is None else survey.servers


def _best(conditions: Sequence[ModelCondition]) -> Standing:
    standings = [one.standing for one in conditions]
    return min(standings, key=ORDER.index, default=Standing.NEEDS_WORKFLOW)


def _origin_rank(origin: Origin | None) -> int:
    return ORIGINS.index(origin) if origin is not None else len(ORIGINS)


def _folded(*texts: str | None) -> str:
    return " ".join(_present(texts)).casefold()


def _present(texts: Iterable[str | None]) -> Iterator[str]:
    return (text for text in texts if text)
