from tests.backends.recordings import recording
from videogen.backends.comfy.listener import Listener
from videogen.backends.comfy.progress import ProgressBoard

WAN = recording("wan_socket")


def _listener() -> tuple[Listener, ProgressBoard]:
    listener = Listener(lambda _: "ws://127.0.0.1:9/ws")
    listener.close()  # these tests feed it by hand
    return listener, listener.watch(WAN["prompt_id"], WAN["graph"], "27")


def test_progress_never_runs_backwards_though_the_samplers_bar_does() -> None:
    listener, board = _listener()
    shown: list[float] = []

    for message in WAN["messages"]:
        listener.receive(message["type"], message["data"])
        shown.append(board.progress or 0.0)

    assert shown == sorted(shown)
    assert 0.9 < shown[-1] < 1.0  # the history entry says 1.0, not the socket


def test_the_bar_over_the_weights_is_no_progress_of_the_steps() -> None:
    board = ProgressBoard(WAN["graph"], "27")

    board.bar("27", 825, 825)

    assert board.progress is None


def test_half_of_the_steps_is_half_of_the_samplers_share() -> None:
    board = ProgressBoard(WAN["graph"], "27")

    board.bar("27", 2, 4)

    assert board.progress == 0.4


def test_the_stage_is_the_running_nodes_class_and_its_time_is_kept() -> None:
    board = ProgressBoard(WAN["graph"], "27")

    board.enter("27")
    running = board.stage
    board.enter(None)

    assert running == "WanVideoSampler"
    assert board.stage is None
    assert set(board.stage_seconds) == {"WanVideoSampler"}


def test_messages_about_other_prompts_and_of_odd_shape_are_passed_over() -> None:
    listener, board = _listener()

    listener.receive("progress", {"node": "27", "value": 3, "max": 4, "prompt_id": "other"})
    listener.receive("executing", {"node": "2"})
    listener.receive("a type of tomorrow", {"prompt_id": WAN["prompt_id"]})

    assert board.progress is None


def test_cached_nodes_count_as_done() -> None:
    board = ProgressBoard({"1": {}, "2": {}}, None)

    board.skip(["1"])

    assert board.progress == 0.5
