"""Searching, filtering and ordering the catalogue, and what a choice of it needs."""

import dataclasses

from tests.bootstrap.test_models import SERVER, condition, entry, joined, part, stock
from videogen.bootstrap.model_list import NO_LICENCE, Asked, Sort, Tag, listed, needed, tags_of
from videogen.bootstrap.models import ModelRow
from videogen.domain.condition import BackendKind, Purpose
from videogen.runs.preflight import Lacks


def title_of(row: ModelRow) -> str:
    return row.row_id if row.entry is None else row.entry.title


def found(rows: tuple[ModelRow, ...], **asked: object) -> list[str]:
    return [row.row_id for row in listed(rows, Asked(**asked), title_of)]  # type: ignore[arg-type]


ROWS = joined(
    entry("beta", files=(part("b.safetensors", 20_000),), family="wan-2.2", licence=None),
    entry("alpha", workflows=("alpha",), purposes=(Purpose.I2V,)),
    entry("gamma", conditions=("gamma",), files=(), needs=()),
    conditions=(
        condition("alpha", workflow="alpha"),
        condition("gamma", backend=BackendKind.VERTEX),
    ),
    servers=(stock(lacks={"alpha": Lacks()}, files=frozenset()),),
)


def test_words_are_found_in_either_language_and_in_file_names() -> None:
    assert found(ROWS, words="BETA") == ["beta"]
    assert found(ROWS, words="ตัวเล็ก b.safetensors") == ["beta"]
    assert found(ROWS, words="small alpha") == ["alpha"]
    assert found(ROWS, words="no such word") == []


def test_each_filter_leaves_what_fits_it() -> None:
    assert found(ROWS, purposes=frozenset({Purpose.I2V})) == ["alpha"]
    assert found(ROWS, tags=frozenset({Tag.NEEDS_WORKFLOW})) == ["beta"]
    assert found(ROWS, tags=frozenset({Tag.INSTALLED})) == ["alpha"]
    assert found(ROWS, tags=frozenset({Tag.MISSING})) == ["beta"]
    assert found(ROWS, tags=frozenset({Tag.CLOUD})) == ["gamma"]
    assert found(ROWS, tags=frozenset({Tag.MEASURED})) == []
    assert found(ROWS, family="wan-2.2") == ["beta"]
    assert found(ROWS, licence=NO_LICENCE) == ["beta"]


def test_both_of_a_pair_ask_for_either_and_filters_of_other_kinds_for_all() -> None:
    either = frozenset({Tag.LOCAL, Tag.CLOUD})

    assert len(found(ROWS, tags=either)) == 3
    assert found(ROWS, tags=either | {Tag.RUNNABLE, Tag.INSTALLED}) == ["alpha"]


def test_what_is_unknown_comes_last_in_every_order() -> None:
    assert found(ROWS, sort=Sort.SIZE) == ["alpha", "beta", "gamma"]
    assert found(ROWS, sort=Sort.NAME) == ["alpha", "beta", "gamma"]
    assert found(ROWS, sort=Sort.QUALITY) == ["alpha", "gamma", "beta"]


def test_an_own_workflow_is_told_by_its_tag() -> None:
    own = dataclasses.replace(ROWS[1], is_own=True)

    assert Tag.OWN in tags_of(own)
    assert Tag.OWN not in tags_of(ROWS[1])


def test_a_choice_counts_each_shared_file_once_and_files_of_unknown_size_apart() -> None:
    rows = joined(
        entry("one", files=(part("one.pt", 500),)),
        entry("two", files=(part("two.pt", None),)),
        servers=(stock(files=frozenset({"vae.safetensors"})),),
    )

    all_of_it, on_server = needed(rows, None), needed(rows, SERVER)

    assert len(all_of_it.files) == 3
    assert (all_of_it.known_bytes, all_of_it.n_unsized) == (1_500, 1)
    assert all_of_it.missing_bytes is None
    assert len(all_of_it.commands) == 3
    assert (on_server.missing_bytes, on_server.n_missing_unsized) == (500, 1)
    assert [command.split()[-1].rsplit("/", 1)[-1] for command in on_server.commands] == [
        "one.pt", "two.pt",
    ]  # fmt: skip


def test_what_nobody_knows_how_to_get_is_named() -> None:
    rows = joined(entry("one", files=(part("one.pt").model_copy(update={"path": None}),), needs=()))

    chosen = needed(rows, None)

    assert chosen.commands == ()
    assert chosen.without_command == ("one.pt",)
