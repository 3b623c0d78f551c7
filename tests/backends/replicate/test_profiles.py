"""What each model on Replicate takes, and what it is sent."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.backends.requests import CONDITIONS, wan_request
from videogen.backends.replicate import load_profiles
from videogen.domain.condition import BackendKind, Purpose
from videogen.domain.generation import InputContent
from videogen.domain.input_file import InputKind
from videogen.errors import InvalidInputError, ModelRetiredError, RequestRefusedError

PROFILES = load_profiles()
FAST = "wan-video/wan-2.2-t2v-fast"
OURS = [c for c in CONDITIONS.values() if c.backend is BackendKind.REPLICATE]
IMAGE = InputContent(
    input_id="0" * 64, kind=InputKind.IMAGE, path=Path("start.png"), mime_type="image/png"
)


@pytest.mark.parametrize("condition", OURS, ids=[c.name for c in OURS])
def test_every_default_condition_is_one_that_its_model_takes(condition: Any) -> None:
    profile = PROFILES[condition.model]
    image = IMAGE if condition.purpose is Purpose.I2V else None

    profile.check_able("replicate", wan_request(condition.name, image=image))

    assert profile.purpose is condition.purpose
    assert condition.required_inputs == ({"image"} if image else set())


def test_a_model_is_sent_its_own_names() -> None:
    request = wan_request("replicate-wan-2.2-t2v-fast", seed=5)

    assert PROFILES[FAST].values(request) == {
        "prompt": "a red kite",
        "seed": 5,
        "num_frames": 81,
        "frames_per_second": 16,
        "resolution": "480p",
        "aspect_ratio": "16:9",
        "go_fast": True,
        "interpolate_output": False,
    }


def test_a_model_that_starts_from_an_image_is_told_the_largest_size() -> None:
    request = wan_request("replicate-wan-2.1-i2v-480p", image=IMAGE)

    values = PROFILES["wavespeedai/wan-2.1-i2v-480p"].values(request)

    assert values["max_area"] == "832x480"
    assert "keeps_image_shape" not in values
    assert "image" not in values  # files go their own way


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n_frames": 101}, "101 frames"),
        ({"fps": 31.0}, "31.0 frames a second"),
        ({"fps": 16.5}, "16.5 frames a second"),
        ({"width_px": 640}, "640x480"),
        ({"has_audio": True}, "audio"),
        ({"settings": {"steps": 3}}, "steps"),
    ],
)
def test_what_the_model_would_refuse_is_refused_before_it_is_sent(
    changes: dict[str, Any], said: str
) -> None:
    request = wan_request()
    request = replace(request, condition=replace(request.condition, **changes))

    with pytest.raises(RequestRefusedError) as caught:
        PROFILES[FAST].check_able("replicate", request)

    assert said in str(caught.value.detail)
    assert FAST in str(caught.value.detail)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"negative_prompt": "blurred"}, "negative prompt"),
        ({"seed": -1}, "seed -1"),
        ({"seed": 2**32}, f"seed {2**32}"),
        ({"prompt_text": "half \ud83d"}, "character pair"),
        ({"inputs": {"image": IMAGE}}, "image"),
    ],
)
def test_a_request_that_the_model_does_not_take_is_refused(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(RequestRefusedError) as caught:
        PROFILES[FAST].check_able("replicate", replace(wan_request(), **changes))

    assert said in str(caught.value.detail)


def test_a_missing_start_image_is_named() -> None:
    request = wan_request("replicate-wan-2.2-i2v-fast")

    with pytest.raises(RequestRefusedError, match="no image"):
        PROFILES["wan-video/wan-2.2-i2v-fast"].check_able("replicate", request)


def test_a_retired_model_is_refused_with_its_date_and_successor() -> None:
    gone = PROFILES[FAST].model_copy(
        update={"retired_on": date(2026, 11, 1), "replacement": "wan-video/wan-3"}
    )

    gone.check_alive("replicate", date(2026, 10, 31))
    with pytest.raises(ModelRetiredError) as caught:
        gone.check_alive("replicate", date(2026, 11, 1))

    assert caught.value.facts["retired_on"] == "2026-11-01"
    assert caught.value.facts["replacement"] == "wan-video/wan-3"


def test_what_is_not_published_is_taken_cautiously() -> None:
    unknown = PROFILES[FAST].model_copy(update={"requests_per_minute": None, "n_concurrent": None})

    assert unknown.submit_interval_s == 10.0  # six a minute
    assert unknown.n_lanes == 4
    assert PROFILES[FAST].submit_interval_s == 0.1


@pytest.mark.parametrize(
    "content", [b'[[model]]\nmodel = "no owner"\n', b"\xff\xfe", b"a = " + b"[" * 5000]
)
def test_a_file_that_is_no_list_of_profiles_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "models.toml").write_bytes(content)

    with pytest.raises(InvalidInputError) as caught:
        load_profiles(tmp_path / "models.toml")

    assert caught.value.value == "models.toml"
