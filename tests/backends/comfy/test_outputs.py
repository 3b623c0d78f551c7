from tests.backends.recordings import history_entry
from videogen.backends.comfy.outputs import OutputFile, clip_file


def test_a_clip_is_found_under_images_and_under_gifs() -> None:
    from_save_video = clip_file(history_entry("success")["outputs"], "3")
    from_vhs = clip_file(history_entry("vhs")["outputs"], "30")

    assert from_save_video == OutputFile("core_00001_.mp4", "probe", "output")
    assert from_vhs == OutputFile("tiny_wan_wrapper_00001.mp4", "probe", "output")


def test_the_twin_with_sound_is_preferred() -> None:
    silent = {"filename": "a_00001.mp4", "subfolder": "", "type": "output"}
    sound = {"filename": "a_00001-audio.mp4", "subfolder": "", "type": "output"}

    found = clip_file({"2": {"gifs": [silent, sound]}}, "2")

    assert found is not None
    assert found.filename == "a_00001-audio.mp4"


def test_another_nodes_file_and_temporary_files_are_not_ours() -> None:
    video = {"filename": "x.mp4", "subfolder": "", "type": "output"}
    preview = {"filename": "y.mp4", "subfolder": "", "type": "temp"}
    still = {"filename": "z.png", "subfolder": "", "type": "output"}

    assert clip_file({"9": {"gifs": [video]}}, "3") is None
    assert clip_file({"3": {"gifs": [preview], "images": [still]}}, "3") is None


def test_outputs_of_a_strange_shape_hold_no_clip() -> None:
    assert clip_file({"3": None}, "3") is None
    assert clip_file({"3": {"gifs": "x.mp4", "text": ["a"]}}, "3") is None
    assert clip_file({"3": {"gifs": [{"filename": None}]}}, None) is None
