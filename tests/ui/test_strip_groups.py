"""A strip stands among a maker's recent clips as one."""

from tests.store.records import make_run
from tests.ui.test_create_form import HYBRID
from videogen.domain.prompt import Prompt
from videogen.ui.run_loaders import RunRow
from videogen.ui.strip_loaders import grouped


def row(run_id: str, strip_id: str | None = None) -> RunRow:
    run = make_run(run_id, campaign_id=None, strip_id=strip_id)
    return RunRow(run=run, condition=HYBRID, prompt=Prompt(prompt_id="p", text="A boat"))


def test_a_strip_is_one_group_where_its_newest_clip_stands() -> None:
    newest_first = [row("e"), row("d", "s"), row("c"), row("b", "s"), row("a", "s")]

    groups = [[one.run.run_id for one in group] for group in grouped(newest_first)]

    assert groups == [["e"], ["a", "b", "d"], ["c"]]
