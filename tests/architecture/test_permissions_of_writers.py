"""A page that changes anything asks first whether its visitor may."""

import ast
import functools

import pytest

from tests.architecture.writers import (
    Source,
    calls,
    calls_writer,
    dotted,
    functions,
    source_of,
    sources,
    writers,
)

UI = "videogen.ui."
ASKING = ("who.acting", "who.acting_on_run", "who.signature")
# Whoever leaves a round closes their own, which is looked up by their own name.
OWN_ROUND = {"blinding._leave", "blinding._leave_pairs", "calibration_view._offer"}
# `People` is handed the person and asks itself.
ASKS_ITSELF = {
    "people_view._offer_to_close",
    "tokens_view._make",
    "tokens_view._offer_to_revoke",
    "who._recognised",
}
# What is found out is kept, or laid into a folder of its own; nothing that a person said changes.
READS = {
    "campaign_loaders.ask_servers",
    "freeze_loaders.check",
    "pair_loaders.standing",
    "rate_loaders.standing",
    "report_view.bundle_file",
    "system_loaders.preflight",
}
# What acts on a server, and on nothing that the store keeps, is not found by reading.
ACTS_OUTSIDE = {
    "import_loaders.read",
    "run_loaders.cancel",
    "system_loaders.free_memory",
    "system_loaders.test_server",
    "welcome._open_sandbox",
    "welcome.show",
    "welcome.show_progress",
}
TAKES = {
    "campaign_loaders.cancel_rest": "PLAN",
    "campaign_loaders.change_cap": "PLAN",
    "campaign_loaders.keep": "PLAN",
    "campaign_loaders.start": "PLAN",
    "costs_loaders.add_price": "OPERATE",
    "failures_loaders.run_again": "OPERATE",
    "feedback_view._keep_thumb": "GENERATE",
    "freeze_loaders.freeze": "DECIDE",
    "import_loaders.save": "OPERATE",
    "input_loaders.keep": "GENERATE",
    "pair_loaders.begin": "RATE",
    "panel_exchange._ask_file": "OPERATE",
    "plan_loaders.add_suite": "PLAN",
    "plan_loaders.make": "GENERATE",
    "rate_loaders.begin": "RATE",
    "reference_loaders.add": "OPERATE",
    "run_loaders.resolve": "OPERATE",
    "system_loaders.add_server": "OPERATE",
    "system_loaders.add_thresholds": "SET_THRESHOLDS",
}


@functools.cache
def known() -> tuple[list[Source], set[tuple[str, str]]]:
    found = sources()
    return found, writers(found)


def pages() -> list[Source]:
    return [one for one in known()[0] if one.module.startswith(UI)]


def named(source: Source, function: ast.FunctionDef) -> str:
    return f"{source.module.removeprefix(UI)}.{function.name}"


def asks(source: Source, function: ast.FunctionDef) -> bool:
    """By itself, or through the neighbour that finds what is the visitor's own."""
    made = set(map(dotted, calls(function)))
    if made & set(ASKING):
        return True
    return "_own" in made and any(
        asks(source, one) for one in functions(source) if one.name == "_own"
    )


@functools.cache
def writing() -> dict[str, bool]:
    """Of each function of the screen that writes, whether it asks."""
    _, found = known()
    return {
        named(source, one): asks(source, one)
        for source in pages()
        for one in functions(source)
        if any(calls_writer(source, call, found) for call in calls(one))
    }


def test_every_function_of_the_screen_that_writes_asks_for_a_permission() -> None:
    silent = {name for name, does_ask in writing().items() if not does_ask}

    assert silent - OWN_ROUND - ASKS_ITSELF - READS == set()


@pytest.mark.parametrize(
    ("asked", "does_ask"), [("who.name()", False), ("who.acting(Permission.PLAN)", True)]
)
def test_a_new_function_that_writes_without_a_permission_is_found(
    asked: str, does_ask: bool
) -> None:
    text = (
        "from videogen.runs import queue\n"
        "from videogen.ui import loaders, who\n"
        f"def again(run_id):\n    queue.requeue(loaders.database(), run_id, {asked})\n"
    )
    planted = source_of("videogen.ui.planted_loaders", text)
    (function,) = functions(planted)

    writes = any(calls_writer(planted, one, known()[1]) for one in calls(function))

    assert (writes, asks(planted, function)) == (True, does_ask)


def test_what_acts_outside_the_store_asks_for_a_permission_too() -> None:
    asking = {named(one, each) for one in pages() for each in functions(one) if asks(one, each)}

    assert ACTS_OUTSIDE - asking == set()


def test_what_writes_takes_the_permission_that_was_agreed() -> None:
    told = {
        named(source, one): ast.unparse(one)
        for source in pages()
        for one in functions(source)
        if named(source, one) in TAKES
    }

    assert {name for name, role in TAKES.items() if f"Permission.{role}" not in told[name]} == set()
    assert set(TAKES) - set(writing()) == set()


def test_only_links_knows_the_way_to_another_page() -> None:
    """A link to a page whose door is shut would be a promise that the page does not keep."""
    drawn = {
        named(source, one)
        for source in pages()
        for one in functions(source)
        if "markup.link" in map(dotted, calls(one))
    }

    assert drawn <= {"links.link"}
