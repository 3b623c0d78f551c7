from dataclasses import replace

from tests.backends.recordings import history_entry
from videogen.backends.comfy.history import PromptMark, queue_place, read_entry
from videogen.domain.generation import GenerationState
from videogen.domain.run import FailureClass


def test_phases_come_from_the_servers_own_clock() -> None:
    entry = history_entry("vhs")

    seen = read_entry(entry, PromptMark(save_node="30", sampler_node="27"))

    assert seen.state is GenerationState.SUCCEEDED
    assert seen.phases == {"queued": 0.002, "executing": 35.395}
    assert not seen.is_cached


def test_a_run_served_from_the_cache_is_flagged() -> None:
    entry = history_entry("cached")

    seen = read_entry(entry, PromptMark(save_node="3", sampler_node="1"))

    assert seen.state is GenerationState.SUCCEEDED
    assert seen.is_cached


def test_a_cached_sampler_with_a_new_file_is_flagged_too() -> None:
    entry = history_entry("half_cached")
    mark = PromptMark(save_node="3", sampler_node="1")

    assert read_entry(entry, mark).is_cached
    assert not read_entry(entry, replace(mark, sampler_node=None)).is_cached


def test_a_prompt_without_our_mark_is_cached_as_a_whole_or_not() -> None:
    graph = history_entry("cached")["prompt"][2]

    assert read_entry(history_entry("cached"), PromptMark(graph=graph)).is_cached
    assert not read_entry(history_entry("half_cached"), PromptMark(graph=graph)).is_cached


def test_an_interrupted_prompt_is_cancelled_though_its_status_says_error() -> None:
    seen = read_entry(history_entry("interrupted"), PromptMark(save_node="4"))

    assert seen.state is GenerationState.CANCELLED


def test_a_raising_node_is_named_with_the_first_line_of_what_it_said() -> None:
    seen = read_entry(history_entry("error"), PromptMark(save_node="3"))

    assert seen.failure_class is FailureClass.EXECUTION_ERROR
    assert seen.failure_detail == "ProbeRaise (node 2): RuntimeError: boom"


def test_running_out_of_memory_has_its_own_class() -> None:
    seen = read_entry(history_entry("out_of_memory"), PromptMark(save_node="3"))

    assert seen.failure_class is FailureClass.OUT_OF_VRAM


def test_an_empty_model_file_counts_as_a_missing_model() -> None:
    seen = read_entry(history_entry("empty_model_file"), PromptMark(save_node="3"))

    assert seen.failure_class is FailureClass.MODEL_MISSING


def test_success_without_a_video_file_is_a_failure() -> None:
    entry = history_entry("success") | {"outputs": {}}

    seen = read_entry(entry, PromptMark(save_node="3"))

    assert seen.state is GenerationState.FAILED
    assert seen.failure_class is FailureClass.EXECUTION_ERROR


def test_a_prompt_is_found_in_the_queue_with_its_mark() -> None:
    extra = {"videogen": {"save_node": "1", "sampler_node": None}, "client_id": "c"}
    row = [3, "mine", {"1": {}}, extra, ["1"]]
    body = {"queue_running": [[1, "other", {}, {}, []]], "queue_pending": [row]}

    place = queue_place(body, "mine")

    assert place.state is GenerationState.PENDING
    assert place.mark == PromptMark(save_node="1", client_id="c", graph={"1": {}})
    assert not place.is_wedged


def test_a_queue_that_only_waits_is_wedged() -> None:
    assert queue_place({"queue_running": [], "queue_pending": [[1, "a"]]}, "a").is_wedged
