"""What the Models page joins: entries, conditions, servers' answers and measurements."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ui.stocked import ended_campaign
from videogen.bootstrap import Application
from videogen.bootstrap.models import Known, ModelRow, Standing, model_rows
from videogen.bootstrap.server_survey import (
    DiskFree,
    DiskWhere,
    ServerStock,
    ServerSurvey,
    Survey,
    disk_free,
)
from videogen.catalogue import ModelPart, load_manifests
from videogen.catalogue.entries import CatalogueEntry, EntryKind
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.money import Price, PriceUnit
from videogen.domain.run import Origin
from videogen.errors import BackendUnavailableError
from videogen.runs.preflight import Lacks, MissingModel, MissingNode
from videogen.settings import Settings

ASKED_AT = datetime(2026, 11, 23, tzinfo=UTC)
SERVER = "comfy@127.0.0.1:8188"
ROOT = Path(__file__).resolve().parents[2]
KNOWN = Known(
    entries=(),
    conditions=(),
    manifests={},
    own=frozenset(),
    survey=None,
    reached=(),
    measured={},
)


def part(name: str, size_bytes: int | None = 1_000) -> ModelPart:
    return ModelPart(
        file=name,
        folder="models/loras",
        repository="https://example.org/repository",
        licence="Apache-2.0",
        path=name,
        size_bytes=size_bytes,
    )


def entry(name: str, **changes: object) -> CatalogueEntry:
    plain = CatalogueEntry(
        entry_id=name,
        title=name.title(),
        kind=EntryKind.BASE,
        family="wan-2.1",
        purposes=(Purpose.T2V,),
        base=None,
        needs_base=False,
        licence="Apache-2.0",
        licence_source=None,
        files=(part(f"{name}.safetensors"),),
        needs=(part("vae.safetensors"),),
        workflows=(),
        conditions=(),
        source="https://example.org",
        checked_on=date(2026, 11, 23),
        published=(),
        note=None,
        summary_en="A small model.",
        summary_th="โมเดลตัวเล็ก",
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def condition(
    name: str, *, backend: BackendKind = BackendKind.COMFY, workflow: str | None = None
) -> Condition:
    return Condition(
        name=name,
        backend=backend,
        model=name,
        workflow=workflow,
        width_px=832,
        height_px=480,
        n_frames=81,
        fps=16.0,
    )


def stock(**changes: object) -> ServerStock:
    plain = ServerStock(
        backend=SERVER,
        origin=Origin.LIVE,
        disk=DiskFree(where=DiskWhere.NOT_TOLD, free_bytes=None),
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def joined(
    *entries: CatalogueEntry,
    conditions: tuple[Condition, ...] = (),
    servers: tuple[ServerStock, ...] = (),
    own: frozenset[str] = frozenset(),
) -> tuple[ModelRow, ...]:
    survey = Survey(asked_at=ASKED_AT, servers=servers) if servers else None
    return model_rows(
        dataclasses.replace(KNOWN, entries=entries, conditions=conditions, own=own, survey=survey)
    )


def test_an_entry_without_a_workflow_needs_one_and_tells_whether_its_files_lie_there() -> None:
    small, large = entry("small"), entry("large")
    server = stock(files=frozenset({"small.safetensors", "vae.safetensors"}))

    first, second = joined(small, large, servers=(server,))

    assert first.standing is Standing.NEEDS_WORKFLOW
    assert first.is_installed
    assert second.is_missing
    assert second.servers[0].lacks is not None
    (model,) = second.servers[0].lacks.models
    assert (model.file, model.how is not None) == ("large.safetensors", True)


def test_a_server_that_does_not_list_its_files_leaves_it_open() -> None:
    (row,) = joined(entry("small"), servers=(stock(files=None),))

    assert not row.is_installed
    assert not row.is_missing


def test_a_condition_is_ready_where_a_server_lacks_nothing_for_it() -> None:
    known = condition("wan", workflow="wan")
    lacking = Lacks(nodes=(MissingNode(node_class="X", pack="Pack", how=None),))
    servers = (
        stock(backend="comfy@a:1", lacks={"wan": lacking}),
        stock(backend="comfy@b:1", lacks={"wan": Lacks()}, origin=Origin.SANDBOX),
    )

    (row,) = joined(entry("wan", workflows=("wan",)), conditions=(known,), servers=servers)

    assert row.standing is Standing.READY
    assert row.origin is Origin.SANDBOX
    assert [one.is_complete for one in row.conditions[0].servers] == [False, True]


def test_what_lacks_everywhere_is_missing_and_what_nobody_said_is_not_connected() -> None:
    known = condition("wan", workflow="wan")
    model = MissingModel(file="a", folder=None, size_bytes=None, source=None, how=None)
    of_entry = entry("wan", workflows=("wan",))

    (missing,) = joined(
        of_entry, conditions=(known,), servers=(stock(lacks={"wan": Lacks(models=(model,))}),)
    )
    (unknown,) = joined(of_entry, conditions=(known,))

    assert missing.standing is Standing.MISSING
    assert missing.is_missing
    assert unknown.standing is Standing.NO_BACKEND


def test_an_adapter_takes_the_files_of_its_base_and_a_shared_file_counts_once() -> None:
    base = entry("base", files=(part("base.safetensors", 10_000),))
    adapter = entry("adapter", base="base", needs_base=True, needs=(part("odd.pt", None),))

    _, row = joined(base, adapter)

    assert {one.file for one in row.files} == {
        "base.safetensors", "vae.safetensors", "adapter.safetensors", "odd.pt",
    }  # fmt: skip
    assert (row.size_bytes, row.n_unsized) == (12_000, 1)


def test_a_file_that_no_list_names_is_among_the_files_of_an_own_workflow() -> None:
    shipped = load_manifests(ROOT / "workflows")["wan-1.3b"]
    loader = {"class_type": "WanVideoModelLoader", "inputs": {"model": "kites.safetensors"}}
    manifest = dataclasses.replace(shipped, graph={**shipped.graph, "90": loader})

    (row,) = model_rows(
        dataclasses.replace(
            KNOWN, conditions=(condition("mine", workflow="mine"),), manifests={"mine": manifest}
        )
    )

    assert row.files[-1].file == "kites.safetensors"
    assert row.files[-1].folder == "models/diffusion_models"
    assert row.n_unsized == sum(one.size_bytes is None for one in shipped.parts) + 1


def test_a_cloud_model_has_its_list_price_and_whose_word_it_is_and_an_own_one_none() -> None:
    cloud = condition("cloud", backend=BackendKind.REPLICATE)
    own = condition("own", workflow="own")
    price = Price(
        price_id="cloud/video",
        subject="cloud",
        unit=PriceUnit.VIDEO,
        amount_usd=Decimal("0.05"),
        as_of=date(2026, 6, 1),
        source="Third party, no page of the vendor's read",
        kind="published",
    )
    machine = dataclasses.replace(price, subject="local_gpu", unit=PriceUnit.GPU_HOUR)

    priced, unpriced = model_rows(
        dataclasses.replace(KNOWN, conditions=(cloud, own), prices=(price, machine))
    )

    told = priced.conditions[0].list_price
    assert told is not None
    assert (told.cost_usd, told.price, told.is_third_party) == (Decimal("0.05"), price, True)
    assert priced.headline is None
    assert unpriced.conditions[0].list_price is None


def test_what_no_entry_tells_of_has_a_line_of_its_own_and_peoples_own_stand_first() -> None:
    conditions = (
        condition("wan", workflow="wan"),
        condition("bare", backend=BackendKind.REPLICATE),
        condition("mine", workflow="mine"),
        condition("hybrid", backend=BackendKind.ROUTED),
    )

    rows = joined(entry("wan", workflows=("wan",)), conditions=conditions, own=frozenset({"mine"}))

    assert [row.row_id for row in rows] == ["mine", "wan", "bare"]
    assert [row.is_own for row in rows] == [True, False, False]


def test_measured_figures_are_joined_by_condition_and_the_sandbox_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIDEOGEN_COMFY_URLS", raising=False)
    application = Application.build(Settings(data_dir=tmp_path, comfy_urls=()))
    try:
        ended_campaign(application, n_prompts=3)
        survey = ServerSurvey(application)
        survey.begin()  # there is no server: nothing is asked

        rows = model_rows(
            Known(
                entries=application.entries,
                conditions=application.conditions,
                manifests=application.manifests,
                own=frozenset(),
                survey=survey.latest,
                reached=(),
                measured=application.measured.measured(),
            )
        )
    finally:
        application.close()

    found = {row.row_id: row for row in rows}["wan-2.1-t2v-1.3b"].headline
    assert found is not None
    one, measured = found
    assert one.condition.name == "wan-1.3b"
    assert (measured.origin, measured.n_succeeded) == (Origin.SANDBOX, 3)
    assert one.unproven  # what was simulated proves nothing
    assert {row.row_id for row in rows} >= {one.entry_id for one in application.entries}


def test_the_disk_is_the_model_folders_own_where_the_server_tells_and_runs_here(
    tmp_path: Path,
) -> None:
    told = disk_free(SERVER, ("/no/such/folder", str(tmp_path)), lambda: 7)
    untold = disk_free(SERVER, (), lambda: 7)
    elsewhere = disk_free("comfy@192.168.1.20:8188", (str(tmp_path),), lambda: 7)

    assert told.where is DiskWhere.MODEL_FOLDER
    assert untold == DiskFree(where=DiskWhere.APP_DISK, free_bytes=7)
    assert elsewhere == DiskFree(where=DiskWhere.NOT_TOLD, free_bytes=None)


def test_a_server_that_could_not_be_asked_has_said_nothing() -> None:
    known = condition("wan", workflow="wan")
    down = stock(error=BackendUnavailableError(SERVER))

    (row,) = joined(entry("wan", workflows=("wan",)), conditions=(known,), servers=(down,))

    assert row.conditions[0].servers[0].lacks is None
    assert row.standing is Standing.NO_BACKEND
