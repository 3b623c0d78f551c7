from typing import Any

import pytest

from videogen.catalogue.graph_checks import Graph, check_links, is_link, titled
from videogen.errors import InvalidInputError


def _node(**inputs: object) -> dict[str, Any]:
    return {"class_type": "A", "inputs": inputs}


def _refused(graph: Graph) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        check_links(graph, "mine.json")
    assert (caught.value.field, caught.value.value) == ("workflow", "mine.json")
    return caught.value


def test_a_link_to_a_node_that_is_not_there_is_refused_by_node_and_input() -> None:
    said = _refused({"1": {**_node(model=["9", 0]), "_meta": {"title": "Sampler"}}})

    assert said.problem == "workflow_link_broken"
    assert said.facts == {"node": "Sampler (1)", "input": "model", "target": "9"}


def test_a_circle_is_refused_with_its_nodes() -> None:
    graph = {"1": _node(), "2": _node(a=["4", 0], b=["1", 0]), "3": _node(a=["2", 0])}
    graph |= {"4": _node(a=["3", 0]), "5": _node(a=["4", 0])}

    said = _refused(graph)

    assert said.problem == "workflow_cycle"
    assert said.facts["nodes"] == "3 > 4 > 2 > 3"


def test_a_node_that_reads_itself_is_a_circle() -> None:
    assert _refused({"1": _node(a=["1", 0])}).facts["nodes"] == "1 > 1"


def test_a_circle_of_ten_thousand_nodes_is_found_without_running_out_of_calls() -> None:
    graph = {str(n): _node(a=[str((n + 1) % 10_000), 0]) for n in range(10_000)}

    assert _refused(graph).problem == "workflow_cycle"


def test_a_chain_of_ten_thousand_nodes_is_no_circle() -> None:
    graph = {str(n): _node(a=[str(n + 1), 0]) for n in range(9_999)} | {"9999": _node()}

    check_links(graph, "mine.json")


def test_a_diamond_is_no_circle() -> None:
    graph = {"1": _node(), "2": _node(a=["1", 0]), "3": _node(a=["1", 0], b=["2", 0])}

    check_links(graph, "mine.json")


def test_values_nested_without_end_are_refused() -> None:
    value: object = 1
    for _ in range(40):
        value = [value]

    assert _refused({"1": _node(a=value)}).problem == "file_json_deep"


@pytest.mark.parametrize("value", [[512, 512], ["1", "0"], ["1", True], ["1"], "1", ["1", 0, 0]])
def test_a_list_that_is_no_link_is_a_value(value: object) -> None:
    assert not is_link(value)


def test_a_node_is_called_as_in_the_editor_or_by_its_class() -> None:
    graph = {"1": {**_node(), "_meta": {"title": " "}}, "2": {**_node(), "_meta": {"title": "Me"}}}

    assert [titled(graph, node_id) for node_id in graph] == ["A (1)", "Me (2)"]


def test_a_strangers_names_neither_fill_the_page_nor_steer_the_terminal() -> None:
    said = _refused({"1\x1b[2J\u202e": _node(model=["9" * 100_000, 0])})

    assert said.facts["node"] == "A (1 [2J )"
    assert len(str(said.facts["target"])) == 400
