"""The played card: which condition a graph is, how much memory it takes, what stays behind."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.running import Graph, RunningSandbox, running_sandbox, wan_graph
from videogen.sandbox.profiles import GraphTraits, Profile, Work, load_profiles
from videogen.sandbox.workflow_reading import read_workflow

_LORA = "lightx2v_T2V_14B_cfg_step_distill_v2_lora_rank64_bf16.safetensors"
_BIG = "14B_fp8_e4m3fn_scaled_KJ"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "2000", "--no-failures") as running:
        yield running


@pytest.fixture(autouse=True)
def clean_server(sandbox: RunningSandbox) -> None:
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()


def _used_mib(sandbox: RunningSandbox) -> int:
    device = sandbox.comfy.get("/system_stats").json()["devices"][0]
    return int(device["vram_total"] - device["vram_free"]) // 1024**2


def _trace(sandbox: RunningSandbox, graph: Graph) -> dict[str, Any]:
    prompt_id = sandbox.submit(graph)
    sandbox.history(prompt_id)
    trace: dict[str, Any] = sandbox.comfy.get(f"/_sandbox/gpu/{prompt_id}").json()
    return trace


def _big_graph(blocks: int, *, seed: int = 1, lora: str | None = None, **size: int) -> Graph:
    """14B with some blocks swapped, small enough to be drawn at once unless a size is given."""
    graph = wan_graph(model=_BIG, seed=seed)
    graph["37"]["inputs"] |= size
    swap = {"blocks_to_swap": blocks, "offload_img_emb": False, "offload_txt_emb": False}
    graph["39"] = {"class_type": "WanVideoBlockSwap", "inputs": swap}
    inputs: dict[str, Any] = {"model": ["22", 0], "block_swap_args": ["39", 0]}
    graph["56"] = {"class_type": "WanVideoSetBlockSwap", "inputs": inputs}
    graph["27"]["inputs"]["model"] = ["56", 0]
    if lora is not None:
        graph["40"] = {
            "class_type": "WanVideoLoraSelect",
            "inputs": {"lora": lora, "strength": 1.0},
        }
        graph["41"] = {
            "class_type": "WanVideoSetLoRAs",
            "inputs": {"model": ["56", 0], "lora": ["40", 0]},
        }
        graph["27"]["inputs"]["model"] = ["41", 0]
    return graph


def _profile(graph: Graph) -> Profile:
    return load_profiles().for_graph(read_workflow(graph, "30").traits)


def test_a_distill_lora_and_720p_make_14b_other_conditions() -> None:
    assert _profile(_big_graph(20)).name == "wan-14b"
    assert _profile(_big_graph(20, lora=_LORA)).name == "wan-14b-distill"
    assert _profile(_big_graph(30, width=1280, height=720)).name == "wan-14b-720p"
    assert _profile(_big_graph(30, width=960, height=544)).name == "wan-14b"


@pytest.mark.parametrize(
    ("classes", "files", "name"),
    [
        ({"EmptyImage", "CreateVideo", "SaveVideo"}, (), "server_check"),
        ({"ADE_AnimateDiffLoaderGen1", "KSampler"}, ("mm_sd_v15_v2.ckpt",), "animatediff-long"),
        ({"WanVideoSampler"}, ("Wan2_1-T2V-1_3B_fp16.safetensors",), "wan-1.3b"),
        ({"WanVideoSampler"}, ("Wan2_1-T2V-14B_fp8_e4m3fn_scaled_KJ.safetensors",), "wan-14b"),
        ({"UNETLoader"}, ("wan2.1_t2v_1.3B_fp16.safetensors",), "wan-1.3b-native"),
        ({"UNETLoader"}, ("wan2.1_t2v_14B_fp8_scaled.safetensors",), "wan-14b-native"),
        ({"KSampler"}, ("flux.safetensors",), "default"),
    ],
)
def test_a_graph_gets_the_profile_of_its_nodes_and_files(
    classes: set[str], files: tuple[str, ...], name: str
) -> None:
    work = Work(width_px=512, height_px=512, frames=40, steps=20)
    traits = GraphTraits(classes=frozenset(classes), model_files=files, loras=(), work=work)

    assert load_profiles().for_graph(traits).name == name


def test_one_context_window_of_frames_is_animatediff_as_the_claim_has_it() -> None:
    work = Work(width_px=512, height_px=512, frames=16, steps=20, window_frames=16)
    traits = GraphTraits(
        classes=frozenset({"ADE_UseEvolvedSampling"}), model_files=("a",), loras=(), work=work
    )

    assert load_profiles().for_graph(traits).name == "animatediff"


def _peak_mib(name: str, **size: int) -> float:
    profile = load_profiles().profiles[name]
    reference = profile.reference
    assert reference is not None
    facts = {
        "width_px": reference.width_px,
        "height_px": reference.height_px,
        "frames": reference.frames,
        "steps": reference.steps,
        "swapped_blocks": reference.swapped_blocks,
    }
    return profile.planned_peak_mib(Work(**(facts | size)))


@pytest.mark.parametrize("name", ["wan-14b", "wan-14b-distill", "wan-14b-720p"])
def test_ten_more_swapped_blocks_take_gigabytes_off_the_peak(name: str) -> None:
    blocks = 40 if name == "wan-14b-720p" else 30

    saved_mib = _peak_mib(name) - _peak_mib(name, swapped_blocks=blocks)

    assert 3300 < saved_mib < 3700


@pytest.mark.parametrize(
    "name", ["wan-1.3b", "wan-1.3b-native", "wan-14b-native", "wan-14b-720p", "wan-14b-distill"]
)
def test_fewer_frames_or_a_smaller_side_lower_the_peak(name: str) -> None:
    assert _peak_mib(name, frames=49) < 0.9 * _peak_mib(name)
    assert _peak_mib(name, width_px=640) < 0.98 * _peak_mib(name)


def test_animatediff_needs_memory_for_one_window_whatever_the_length() -> None:
    work = {"width_px": 512, "height_px": 512, "steps": 20, "window_frames": 16}
    profile = load_profiles().profiles["animatediff-long"]

    forty = profile.planned_peak_mib(Work(frames=40, **work))

    assert profile.planned_peak_mib(Work(frames=128, **work)) == forty
    assert profile.planned_peak_mib(Work(frames=40, **{**work, "width_px": 384})) < 0.9 * forty
    assert profile.planned_peak_mib(Work(frames=40, **{**work, "window_frames": 12})) < forty


def test_every_condition_that_should_fit_the_card_does() -> None:
    book = load_profiles()
    fitting = [p for p in book.profiles.values() if p.kind == "comfy" and p.reference is not None]

    assert len(fitting) == 18
    assert all(p.peak_mib < book.device.memory_total_mib - 1000 for p in fitting)


def test_a_model_stays_on_the_card_until_free_and_the_next_run_starts_there(
    sandbox: RunningSandbox,
) -> None:
    idle_mib = _used_mib(sandbox)
    first = _trace(sandbox, wan_graph(seed=1))
    loaded_mib = _used_mib(sandbox)
    second = _trace(sandbox, wan_graph(seed=2))

    body = {"unload_models": True, "free_memory": True}
    sandbox.comfy.post("/free", json=body).raise_for_status()

    assert loaded_mib == idle_mib + 1100
    assert (first["baseline_mib"], second["baseline_mib"]) == (idle_mib, loaded_mib)
    assert _used_mib(sandbox) == idle_mib


def test_another_model_moves_the_loaded_one_out_first(sandbox: RunningSandbox) -> None:
    _trace(sandbox, _big_graph(20))
    after_big_mib = _used_mib(sandbox)

    small = _trace(sandbox, wan_graph())

    assert small["baseline_mib"] < after_big_mib


def test_without_block_swap_720p_runs_out_of_memory_and_with_all_blocks_it_does_not(
    sandbox: RunningSandbox,
) -> None:
    none = _big_graph(0, width=1280, height=720, num_frames=45)
    all_blocks = _big_graph(40, width=1280, height=720, num_frames=5)

    none_ended = sandbox.history(sandbox.submit(none))
    all_ended = sandbox.history(sandbox.submit(all_blocks))

    assert none_ended["status"]["messages"][-1][1]["exception_type"] == "torch.OutOfMemoryError"
    assert all_ended["status"]["completed"]


def test_a_sample_tells_process_memory_utilisation_and_temperature(
    sandbox: RunningSandbox,
) -> None:
    trace = _trace(sandbox, wan_graph())

    rows = [dict(zip(trace["columns"], row, strict=True)) for row in trace["samples"]]

    assert trace["columns"][:3] == ["t_s", "memory_mib", "power_w"]
    assert all(0 < row["process_mib"] < row["memory_mib"] for row in rows)
    assert max(row["utilisation_pct"] for row in rows) > 90
    assert all(0 <= row["utilisation_pct"] <= 100 for row in rows)
    assert rows[0]["temperature_c"] < rows[-1]["temperature_c"] < 85


def test_bad_luck_with_memory_spares_a_job_that_was_made_smaller() -> None:
    profile = load_profiles().profiles["wan-14b"]

    assert not profile.has_room(
        Work(width_px=832, height_px=480, frames=81, steps=30, swapped_blocks=20)
    )
    assert profile.has_room(
        Work(width_px=832, height_px=480, frames=81, steps=30, swapped_blocks=30)
    )
