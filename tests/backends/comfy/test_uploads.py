"""Input files reach a server before the workflow that names them."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import token, until_final
from tests.sandbox.running import RunningSandbox
from videogen.backends import ComfyBackend
from videogen.backends.comfy.address import comfy_address
from videogen.backends.comfy.uploads import Uploads
from videogen.backends.comfy.wire import ComfyWire
from videogen.clips.intake import file_sha256
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.generation import (
    GenerationRequest,
    GenerationState,
    InputContent,
    InputPlace,
    Workflow,
)
from videogen.domain.input_file import InputKind
from videogen.errors import (
    BackendUnavailableError,
    NotComfyError,
    QuotaError,
    RequestRefusedError,
)

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {}},
    "2": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 8.0}},
    "3": {
        "class_type": "SaveVideo",
        "inputs": {
            "video": ["2", 0],
            "filename_prefix": "videogen/given",
            "format": "mp4",
            "codec": "h264",
        },
    },
}
PLACES = {"image": InputPlace(node="1", input="image")}
TAKEN = Answer({"name": "x (1).png", "subfolder": "elsewhere", "type": "input"})


def _picture(folder: Path, shade: int = 90, name: str = "kept.png") -> InputContent:
    path = folder / name
    Image.fromarray(np.full((48, 64, 3), shade, np.uint8)).save(path)
    return InputContent(
        input_id=file_sha256(path), kind=InputKind.IMAGE, path=path, mime_type="image/png"
    )


def _request(**inputs: InputContent) -> GenerationRequest:
    condition = Condition(
        name="still",
        backend=BackendKind.COMFY,
        model="none",
        workflow="still",
        width_px=64,
        height_px=48,
        n_frames=1,
        fps=8.0,
    )
    workflow = Workflow(name="still", graph=GRAPH, save_node="3", input_places=PLACES)
    return GenerationRequest(
        condition=condition, prompt_text="-", seed=1, workflow=workflow, inputs=inputs
    )


def _uploads(odd: OddServer) -> Uploads:
    return Uploads(ComfyWire(comfy_address(odd.url)))


def _named(graph: dict[str, object]) -> object:
    node = graph["1"]
    assert isinstance(node, dict)
    return node["inputs"]["image"]


def test_a_server_runs_the_workflow_over_the_uploaded_file(
    sandbox: RunningSandbox, comfy: ComfyBackend, tmp_path: Path
) -> None:
    picture = _picture(tmp_path)
    prompt_id = token()

    comfy.preflight(_request(image=picture))
    comfy.submit(_request(image=picture), prompt_id)

    assert until_final(comfy, prompt_id).state is GenerationState.SUCCEEDED
    entry = sandbox.history(prompt_id)
    name = entry["prompt"][2]["1"]["inputs"]["image"]
    assert name == f"{prompt_id}/{picture.input_id[:16]}.png"
    query = {"filename": name.split("/")[1], "subfolder": prompt_id, "type": "input"}
    assert sandbox.comfy.get("/view", params=query).content == picture.path.read_bytes()


def test_a_server_that_renames_the_file_runs_over_the_right_one(
    sandbox: RunningSandbox, comfy: ComfyBackend, tmp_path: Path
) -> None:
    picture, prompt_id = _picture(tmp_path, shade=92), token()
    name = f"{picture.input_id[:16]}.png"
    sandbox.comfy.post(
        "/upload/image",
        files={"image": (name, b"somebody else's", "image/png")},
        data={"subfolder": prompt_id},
    ).raise_for_status()

    comfy.submit(_request(image=picture), prompt_id)

    assert until_final(comfy, prompt_id).state is GenerationState.SUCCEEDED
    given = sandbox.history(prompt_id)["prompt"][2]["1"]["inputs"]["image"]
    assert given == f"{prompt_id}/{picture.input_id[:16]} (1).png"


def test_a_file_that_the_server_still_has_is_not_sent_again(
    comfy: ComfyBackend, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    picture = _picture(tmp_path, shade=91)
    first, second = token(), token()

    for prompt_id in (first, second):
        comfy.submit(_request(image=picture), prompt_id)
        until_final(comfy, prompt_id)

    name = sandbox.history(second)["prompt"][2]["1"]["inputs"]["image"]
    assert name.startswith(f"{first}/")


def test_a_file_that_the_server_lost_is_sent_again(odd: OddServer, tmp_path: Path) -> None:
    odd.answers |= {"/upload/image": TAKEN, "/view": Answer("", 404), "/features": Answer({})}
    uploads, picture = _uploads(odd), _picture(tmp_path)

    for _ in range(2):
        uploads.filled(GRAPH, PLACES, {"image": picture}, token())

    assert [seen.method for seen in odd.seen if seen.path == "/upload/image"] == ["POST", "POST"]


def test_the_name_that_the_server_gave_goes_into_the_graph(odd: OddServer, tmp_path: Path) -> None:
    odd.answers |= {"/upload/image": TAKEN}

    filled = _uploads(odd).filled(GRAPH, PLACES, {"image": _picture(tmp_path)}, "our-token")

    assert _named(filled) == "elsewhere/x (1).png"
    assert _named({**GRAPH, "1": {"inputs": {"image": None}}}) is None  # ours is untouched
    body = odd.seen[-1].body
    assert 'name="subfolder"\r\n\r\nour-token' in body
    assert 'name="image"; filename="' in body


def test_a_larger_file_than_the_server_takes_is_not_sent(odd: OddServer, tmp_path: Path) -> None:
    odd.answers |= {"/features": Answer({"max_upload_size": 10}), "/upload/image": TAKEN}

    with pytest.raises(RequestRefusedError) as refused:
        _uploads(odd).filled(GRAPH, PLACES, {"image": _picture(tmp_path)}, token())

    assert "too large for the server" in (refused.value.detail or "")
    assert refused.value.field == "image"
    assert not any(seen.path == "/upload/image" for seen in odd.seen)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer("", 400), RequestRefusedError),
        (Answer("too large", 413, "text/plain"), RequestRefusedError),
        (Answer("slowly", 429, "text/plain"), QuotaError),
        (Answer("nothing here", 404, "text/plain"), NotComfyError),
        (Answer("broke", 500, "text/plain"), BackendUnavailableError),
        (Answer("", 0), BackendUnavailableError),
        (Answer("<html>", 200, "text/html"), NotComfyError),
        (Answer({"subfolder": "s"}), NotComfyError),
        (Answer({"name": "a.png", "subfolder": "", "type": "output"}), NotComfyError),
    ],
)
def test_an_upload_that_fails_has_its_own_error_and_no_prompt_follows(
    odd: OddServer, tmp_path: Path, answer: Answer, error: type[Exception]
) -> None:
    odd.answers |= {"/upload/image": answer}

    with pytest.raises(error):
        _uploads(odd).filled(GRAPH, PLACES, {"image": _picture(tmp_path)}, token())

    assert not any(seen.path == "/prompt" for seen in odd.seen)


def test_an_answer_that_was_lost_is_asked_for_once_more(odd: OddServer, tmp_path: Path) -> None:
    odd.answers |= {"/upload/image": [Answer("", 0), TAKEN]}

    filled = _uploads(odd).filled(GRAPH, PLACES, {"image": _picture(tmp_path)}, token())

    assert _named(filled) == "elsewhere/x (1).png"


def test_a_file_that_vanished_meanwhile_is_refused_by_its_slot(
    odd: OddServer, tmp_path: Path
) -> None:
    picture = _picture(tmp_path)
    picture.path.unlink()

    with pytest.raises(RequestRefusedError, match="the file kept for image"):
        _uploads(odd).filled(GRAPH, PLACES, {"image": picture}, token())


def test_a_place_without_a_file_is_never_guessed(odd: OddServer) -> None:
    with pytest.raises(RequestRefusedError, match="disagree on the inputs: image"):
        _uploads(odd).filled(GRAPH, PLACES, {}, token())

    assert json.dumps(odd.seen) == "[]"
