"""Workflows with files, over real HTTP: what is uploaded is to be seen and heard in the clip."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sandbox.decoding import decode_lumas, n_audio_streams, video_facts
from tests.sandbox.running import Graph, RunningSandbox, running_sandbox
from tests.sandbox.uploaded import MANIFESTS, camera, filled, png, upload, usual
from videogen.domain.input_file import InputKind
from videogen.sandbox.profiles import load_profiles
from videogen.sandbox.workflow_reading import read_workflow

WITH_FILES = [name for name, manifest in MANIFESTS.items() if manifest.inputs]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "20000", "--no-failures") as running:
        yield running


@pytest.fixture(scope="module")
def names(
    sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> dict[InputKind, str]:
    folder = tmp_path_factory.mktemp("files")
    return {kind: upload(sandbox, *file) for kind, file in usual(folder).items()}


def _clip(sandbox: RunningSandbox, graph: Graph) -> bytes:
    entry = sandbox.history(sandbox.submit(graph))
    assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
    output = next(iter(entry["outputs"].values()))
    found = (output.get("images") or output["gifs"])[0]
    asked = {key: found[key] for key in ("filename", "subfolder", "type")}
    return sandbox.comfy.get("/view", params=asked).content


def _failure(sandbox: RunningSandbox, graph: Graph) -> dict[str, Any]:
    kind, data = sandbox.history(sandbox.submit(graph))["status"]["messages"][-1]
    assert kind == "execution_error"
    told: dict[str, Any] = data
    return told


def test_every_shipped_workflow_is_accepted_with_and_without_its_optional_files(
    sandbox: RunningSandbox, names: dict[InputKind, str]
) -> None:
    sandbox.script({"kind": "wedge"})  # takes everything, plays nothing
    refused = {}

    for name, manifest in MANIFESTS.items():
        required = manifest.default_condition().required_inputs
        for inputs in (None, required):
            graph = filled(manifest, names, inputs=inputs)
            answer = sandbox.comfy.post("/prompt", json={"prompt": graph})
            if answer.status_code != 200 or answer.json()["node_errors"]:
                refused[name] = answer.json()
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()

    assert refused == {}


@pytest.mark.parametrize("name", sorted(set(MANIFESTS)))
def test_each_workflow_is_played_by_a_profile_of_its_own(name: str) -> None:
    manifest = MANIFESTS[name]
    every = dict.fromkeys(InputKind, "x")
    sizes = {k: v for k, v in manifest.defaults.items() if k in ("width_px", "height_px")}

    graph = filled(manifest, every, n_frames=manifest.defaults["n_frames"], **sizes)

    reading = read_workflow(graph, manifest.save_node)
    assert load_profiles().for_graph(reading.traits).name == name


def test_a_clip_from_an_image_shows_that_image(
    sandbox: RunningSandbox, names: dict[InputKind, str]
) -> None:
    clip = _clip(sandbox, filled(MANIFESTS["wan-i2v-14b-distill"], names))

    first = decode_lumas(clip)[0]
    assert video_facts(clip) == (256, 256, 16.0, 17)
    assert np.median(first[:, :64]) < 90  # the image's dark half, its bright half
    assert np.median(first[:, -64:]) > 170


def test_a_speaking_image_lasts_whole_windows_and_sounds(
    sandbox: RunningSandbox, names: dict[InputKind, str]
) -> None:
    clip = _clip(sandbox, filled(MANIFESTS["wan-infinitetalk"], names, n_frames=250))

    assert video_facts(clip) == (256, 256, 25.0, 81)  # 0.6 s of voice within the first window
    assert n_audio_streams(clip) == 1


def test_subjects_are_to_be_seen_each_at_its_place(
    sandbox: RunningSandbox, names: dict[InputKind, str]
) -> None:
    white = {**names, InputKind.IMAGE: upload(sandbox, "white.png", png(255, 255))}
    manifest = MANIFESTS["wan-phantom-1.3b"]

    one, two = (
        decode_lumas(_clip(sandbox, filled(manifest, white, inputs=inputs)))[0]
        for inputs in (["subject_1"], ["subject_1", "subject_2"])
    )

    subject_px = 84 * 84  # a third of the frame's side
    assert (one > 225).sum() == pytest.approx(subject_px, rel=0.1)
    assert (two > 225).sum() == pytest.approx(2 * subject_px, rel=0.1)


def test_a_camera_render_has_to_last_as_long_as_the_clip(
    sandbox: RunningSandbox, names: dict[InputKind, str], tmp_path: Path
) -> None:
    short = {**names, InputKind.VIDEO: upload(sandbox, "short.mp4", camera(tmp_path, 8))}
    manifest = MANIFESTS["wan-uni3c-distill"]

    clip = _clip(sandbox, filled(manifest, names))
    failure = _failure(sandbox, filled(manifest, short))

    assert video_facts(clip)[3] == 17
    assert (failure["node_type"], failure["exception_type"]) == ("WanVideoSampler", "RuntimeError")
    assert "8 frames" in failure["exception_message"]


@pytest.mark.parametrize(
    ("workflow", "kind", "node_type", "exception_type"),
    [
        ("wan-i2v-14b-native", InputKind.IMAGE, "LoadImage", "PIL.UnidentifiedImageError"),
        ("wan-infinitetalk", InputKind.AUDIO, "LoadAudio", "av.error.InvalidDataError"),
        ("wan-uni3c", InputKind.VIDEO, "VHS_LoadVideo", "ValueError"),
    ],
)
def test_a_file_that_is_none_fails_its_loader(
    sandbox: RunningSandbox,
    names: dict[InputKind, str],
    workflow: str,
    kind: InputKind,
    node_type: str,
    exception_type: str,
) -> None:
    broken = {**names, kind: upload(sandbox, f"broken.{kind}", b"no such file at all")}

    failure = _failure(sandbox, filled(MANIFESTS[workflow], broken))

    assert (failure["node_type"], failure["exception_type"]) == (node_type, exception_type)


def test_a_file_that_was_not_uploaded_is_refused_before_it_runs(
    sandbox: RunningSandbox, names: dict[InputKind, str]
) -> None:
    absent = {**names, InputKind.IMAGE: "ours/absent.png"}
    graph = filled(MANIFESTS["wan-i2v-14b"], absent)

    answer = sandbox.comfy.post("/prompt", json={"prompt": graph})

    (error,) = answer.json()["node_errors"]["58"]["errors"]
    assert answer.status_code == 400
    assert error["type"] == "custom_validation_failed"


def test_a_model_can_be_put_into_a_folder_while_the_server_runs(sandbox: RunningSandbox) -> None:
    def listed(class_name: str, name: str) -> list[str]:
        info = sandbox.comfy.get(f"/object_info/{class_name}").json()[class_name]
        found: list[str] = info["input"]["required"][name][0]
        return found

    new = {"folder": "models/vae", "file": "new.safetensors"}
    by_class = {"class": "UNETLoader", "input": "unet_name", "file": "x/mine.safetensors"}

    answers = [sandbox.comfy.post("/_sandbox/models", json=body) for body in (new, by_class)]
    nowhere = sandbox.comfy.post("/_sandbox/models", json={"folder": "attic", "file": "a"})

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "new.safetensors" in listed("VAELoader", "vae_name")
    assert "new.safetensors" in listed("WanVideoVAELoader", "model_name")
    assert "x/mine.safetensors" in listed("UNETLoader", "unet_name")
    assert nowhere.status_code == 400
    assert "diffusion_models" in nowhere.json()["error"]
