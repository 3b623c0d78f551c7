"""Workflows that people bring: checked, kept, and run like the shipped ones from then on."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from videogen import store
from videogen.catalogue import CatalogueEntry, Manifest, Parts, files_of, manifest_from
from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.manifest import check_limit
from videogen.catalogue.manifest_file import Limit
from videogen.catalogue.sharing import checked_name, share
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.event import Event
from videogen.domain.own_workflow import OwnWorkflow
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.store import Database

log = logging.getLogger(__name__)

Stamps = tuple[store.OwnWorkflowStamp, ...]

# No clip is larger, and a row holds no number without end.
SIZES = {
    "width_px": Limit(min=1, max=16384),
    "height_px": Limit(min=1, max=16384),
    "n_frames": Limit(min=1, max=100_000),
    "fps": Limit(min=0.01, max=1000),
}


class LiveManifests(Mapping[str, Manifest]):
    """The shipped manifests and people's own; one that is added while the app runs counts at once.

    Own ones are read anew only when one came or went: they never change.
    """

    def __init__(self, database: Database, shipped: Mapping[str, Manifest], parts: Parts) -> None:
        self.shipped = shipped
        self.parts = parts
        self._database = database
        self._known: tuple[int, Stamps, Mapping[str, Manifest]] = (-1, (), {})

    def __getitem__(self, name: str) -> Manifest:
        found = self.shipped.get(name)
        return self.own()[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from self.shipped
        yield from self.own()

    def __len__(self) -> int:
        return len(self.shipped) + len(self.own())

    def own(self) -> Mapping[str, Manifest]:
        """By name, the oldest first."""
        version = self._database.version  # before the rows: at worst they are read once more
        known_version, known_stamps, known = self._known
        if known_version == version:
            return known
        stamps = tuple(store.own_workflow_stamps(self._database))
        if stamps != known_stamps:
            known = dict(self._read(store.own_workflows(self._database)))
        self._known = (version, stamps, known)
        return known

    def _read(self, rows: Iterable[OwnWorkflow]) -> Iterator[tuple[str, Manifest]]:
        for row in rows:
            try:
                yield row.name, self.checked(row.name, row.manifest, row.graph)
            except InvalidInputError as error:
                # A later version may be stricter: the others must go on all the same.
                log.warning("the workflow %r is left out: %s", row.name, error)

    def checked(self, name: str, manifest: Mapping[str, Any], graph: Mapping[str, Any]) -> Manifest:
        """As if it were stored. Raises: InvalidInputError: it does not fit its graph."""
        found = manifest_from(name, manifest, graph, self.parts, allows_unknown_parts=True)
        for size, limit in SIZES.items():
            if size in found.defaults:
                check_limit(size, found.defaults[size], limit)
        try:
            found.smaller(own_condition(found))
        except (TypeError, ValueError, KeyError, ArithmeticError) as error:
            raise InvalidInputError(
                "file_content", field="defaults", value=name, detail=str(error)[:200]
            ) from None
        return found


class LiveConditions(Sequence[Condition]):
    """The shipped conditions, then one of each workflow that people brought."""

    def __init__(self, shipped: tuple[Condition, ...], manifests: LiveManifests) -> None:
        self.shipped = shipped
        self._manifests = manifests
        self._known: tuple[Mapping[str, Manifest], tuple[Condition, ...]] = ({}, ())

    @overload
    def __getitem__(self, place: int) -> Condition: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Condition]: ...
    def __getitem__(self, place: int | slice) -> Condition | Sequence[Condition]:
        return self.all()[place]

    def __len__(self) -> int:
        return len(self.all())

    def __iter__(self) -> Iterator[Condition]:
        return iter(self.all())

    def own(self) -> tuple[Condition, ...]:
        manifests = self._manifests.own()
        known = self._known
        if known[0] is not manifests:
            known = (manifests, tuple(own_condition(one) for one in manifests.values()))
            self._known = known
        return known[1]

    def all(self) -> tuple[Condition, ...]:
        return (*self.shipped, *self.own())


def known_parts(parts: Parts, entries: Iterable[CatalogueEntry]) -> Parts:
    """With the catalogue's files: people's own workflows name more of them than ours do."""
    files = {part.file: part for part in files_of(entries)}
    return Parts(packs=parts.packs, models={**files, **parts.models})


def own_condition(manifest: Manifest) -> Condition:
    """What its defaults make; a size that no slot settles is left for the clip to tell."""
    return Condition(
        name=manifest.name,
        backend=BackendKind.COMFY,
        model=manifest.model,
        workflow=manifest.name,
        width_px=_whole(manifest, "width_px"),
        height_px=_whole(manifest, "height_px"),
        n_frames=_whole(manifest, "n_frames"),
        fps=float(manifest.defaults["fps"]) if "fps" in manifest.defaults else None,
        settings=dict(manifest.settings),
        purpose=manifest.purpose,
        inputs=manifest.inputs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkflows:
    """What people do with workflows of their own."""

    database: Database = field(repr=False)
    manifests: LiveManifests = field(repr=False)
    conditions: LiveConditions = field(repr=False)

    def checked(self, name: str, manifest: Mapping[str, Any], graph: Graph) -> Manifest:
        """Nothing is stored. Raises: InvalidInputError: the name, or what does not fit."""
        return self.manifests.checked(checked_name(name), manifest, graph)

    def add(self, name: str, manifest: Mapping[str, Any], graph: Graph, who: str) -> Condition:
        """Keep it; its condition can be asked for from now on.

        Raises: InvalidInputError: the name is taken or unfit, or the manifest does not fit.
        """
        checked = self.checked(name, manifest, graph)
        condition = own_condition(checked)
        own = OwnWorkflow(
            name=checked.name,
            manifest=dict(manifest),
            graph=graph,
            added_at=utc_now(),
            added_by=who,
        )
        with self.database.write():
            self._refuse_taken(checked.name)
            store.save(self.database, own, condition, _event("workflow.added", checked.name, who))
        return condition

    def remove(self, name: str, who: str) -> None:
        """Raises: NotFoundError. InvalidInputError: runs were made with it."""
        with self.database.write():
            store.remove_own_workflow(self.database, name)
            store.save(self.database, _event("workflow.removed", name, who))

    def export(self, name: str) -> bytes:
        """As one file. Raises: NotFoundError: no workflow of anybody's own."""
        return share(store.get_own_workflow(self.database, name))

    def free_name(self, name: str) -> str:
        """This name, or the first number after it that nothing is called yet."""
        taken = self._taken()
        candidates = (name if n == 1 else f"{name} {n}" for n in range(1, len(taken) + 2))
        return next(one for one in candidates if one.casefold() not in taken)

    def _refuse_taken(self, name: str) -> None:
        other = self._taken().get(name.casefold())
        if other is not None:
            raise InvalidInputError(
                "workflow_name_taken",
                field="name",
                value=name,
                other=other,
                free=self.free_name(name),
            )

    def _taken(self) -> dict[str, str]:
        """Every name that would be mistaken for another, without regard to capital letters."""
        stored = (one.name for one in store.own_workflow_stamps(self.database))
        ever = (one.name for one in store.conditions(self.database))
        names = (*self.manifests.shipped, *(one.name for one in self.conditions.shipped))
        return {one.casefold(): one for one in (*ever, *names, *stored)}


def _whole(manifest: Manifest, name: str) -> int | None:
    value = manifest.defaults.get(name)
    return None if value is None else int(value)


def _event(kind: str, name: str, who: str) -> Event:
    return Event(
        at=utc_now(),
        kind=kind,
        subject_id=name,
        data={"who": who},
    )
