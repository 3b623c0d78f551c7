import pytest

from tests.backends.odd_server import Answer, OddServer
from tests.backends.recordings import recording
from videogen.backends import ComfyBackend, KeepsModels
from videogen.backends.comfy.address import comfy_address
from videogen.backends.comfy.object_info import ObjectInfo, combo_options, exact_name
from videogen.backends.comfy.refusals import missing_error
from videogen.backends.comfy.wire import ComfyWire
from videogen.errors import ModelMissingError, NodeMissingError

INFO = recording("object_info")["object_info"]


def _object_info(odd: OddServer) -> ObjectInfo:
    odd.answers = {f"/object_info/{name}": Answer({name: spec}) for name, spec in INFO.items()}
    odd.otherwise = Answer({})  # an unknown class: 200 and an empty object
    return ObjectInfo(ComfyWire(comfy_address(odd.url)))


def test_both_shapes_of_a_combo_are_read() -> None:
    assert combo_options([["a", "b"], {"tooltip": "x"}]) == ["a", "b"]
    assert combo_options(["COMBO", {"options": ["a"]}]) == ["a"]
    assert combo_options(["INT", {"default": 1}]) is None
    assert combo_options(["COMBO", {"remote": {}}]) is None
    assert combo_options(None) is None


def test_a_model_is_matched_by_its_base_name_and_sent_as_the_server_writes_it() -> None:
    options = ["other.safetensors", "WanVideo\\wan.safetensors"]

    assert exact_name("wan.safetensors", options) == "WanVideo\\wan.safetensors"
    assert exact_name("WanVideo/wan.safetensors", options) == "WanVideo\\wan.safetensors"
    assert exact_name("wan2.safetensors", options) is None


def test_a_model_in_another_copys_spelling_is_the_same_when_only_one_is_alike() -> None:
    talk = "InfiniteTalk\\Wan2_1-InfiniteTalk_Single.safetensors"
    wanted = "InfiniteTalk/Wan2_1-InfiniteTalk-Single.safetensors"

    assert exact_name(wanted, ["a.safetensors", talk]) == talk
    assert exact_name(wanted, [talk.upper(), talk]) is None


def test_an_exact_name_wins_over_the_same_base_name_elsewhere() -> None:
    assert exact_name("a.ckpt", ["old/a.ckpt", "a.ckpt"]) == "a.ckpt"


def test_everything_missing_is_reported_at_once(odd: OddServer) -> None:
    graph = {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "gone.ckpt"}},
        "2": {"class_type": "WanVideoModelLoader", "inputs": {"model": "gone.safetensors"}},
        "3": {"class_type": "NoSuchNode", "inputs": {}},
    }

    missing = _object_info(odd).resolve(graph).missing

    assert missing.nodes == ("NoSuchNode",)
    assert missing.models == ("gone.ckpt", "gone.safetensors")
    error = missing_error("comfy@x", missing)
    assert isinstance(error, NodeMissingError)
    assert error.detail == "nodes: NoSuchNode; models: gone.ckpt, gone.safetensors"


def test_only_files_missing_is_a_model_error(odd: OddServer) -> None:
    graph = {"1": {"class_type": "UNETLoader", "inputs": {"unet_name": "gone.safetensors"}}}

    missing = _object_info(odd).resolve(graph).missing

    assert isinstance(missing_error("comfy@x", missing), ModelMissingError)


def test_the_graph_goes_out_with_the_servers_names_and_stays_as_it_was(odd: OddServer) -> None:
    inputs = {"model": "Wan2_1-InfiniteTalk_Single_fp8_e4m3fn_scaled_KJ.safetensors"}
    graph = {"1": {"class_type": "WanVideoModelLoader", "inputs": inputs}}

    found = _object_info(odd).resolve(graph)

    assert not found.missing
    assert found.graph["1"]["inputs"]["model"].startswith("InfiniteTalk/")
    assert not inputs["model"].startswith("InfiniteTalk/")


def test_a_class_is_asked_for_once_within_a_few_seconds(odd: OddServer) -> None:
    info = _object_info(odd)
    graph = {str(n): {"class_type": "SaveVideo", "inputs": {}} for n in range(5)}

    info.resolve(graph)
    info.resolve(graph)

    assert len(odd.seen) == 1


def test_required_inputs_that_are_left_out_are_named_all_at_once(odd: OddServer) -> None:
    graph = {
        "1": {"class_type": "UNETLoader", "inputs": {"weight_dtype": "default"}},
        "2": {"class_type": "SaveVideo", "inputs": {}},
    }

    unset = _object_info(odd).resolve(graph).unset

    assert unset[0] == "UNETLoader (node 1): required input missing: unet_name"
    assert {line.split(":")[0] for line in unset} == {"UNETLoader (node 1)", "SaveVideo (node 2)"}


def test_a_dynamic_input_goes_by_other_names_and_is_left_to_the_server(odd: OddServer) -> None:
    spec = {"input": {"required": {"parts": ["COMFY_AUTOGROW_V3", {}]}}}
    odd.answers = {"/object_info/Joined": Answer({"Joined": spec})}
    info = ObjectInfo(ComfyWire(comfy_address(odd.url)))

    found = info.resolve({"1": {"class_type": "Joined", "inputs": {"parts.part0": ["2", 0]}}})

    assert found.unset == ()


def test_files_of_an_unknown_class_are_looked_for_in_every_model_folder(odd: OddServer) -> None:
    info = _object_info(odd)
    odd.answers |= {
        "/models/diffusion_models": Answer(["WanVideo\\here.safetensors"]),
        "/models/vae": Answer([]),
        "/models": Answer(["diffusion_models", "vae"]),
    }
    inputs = {"a": "here.safetensors", "b": "gone.safetensors", "c": "no model"}

    missing = info.resolve({"1": {"class_type": "NoSuchLoader", "inputs": inputs}}).missing

    assert missing.nodes == ("NoSuchLoader",)
    assert missing.models == ("gone.safetensors",)


def test_where_folders_cannot_be_listed_nothing_is_said_of_an_unknown_classs_files(
    odd: OddServer,
) -> None:
    graph = {"1": {"class_type": "NoSuchLoader", "inputs": {"a": "x.safetensors"}}}

    missing = _object_info(odd).resolve(graph).missing

    assert (missing.nodes, missing.models) == (("NoSuchLoader",), ())


def test_a_file_that_was_just_added_is_seen_by_the_next_submit(
    odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.object_info.FRESH_S", 0.0)
    info = _object_info(odd)
    graph = {"1": {"class_type": "UNETLoader", "inputs": {"unet_name": "new.safetensors"}}}
    before = info.resolve(graph).missing
    required = {"unet_name": [["new.safetensors"]], "weight_dtype": [["default"]]}
    odd.answers["/object_info/UNETLoader"] = Answer(
        {"UNETLoader": {"input": {"required": required}}}
    )

    after = info.resolve(graph).missing

    assert before.models == ("new.safetensors",)
    assert not after


def test_all_model_files_come_from_the_folders_that_the_server_lists(odd: OddServer) -> None:
    odd.answers = {
        "/models/vae": Answer(["a.safetensors", "sub\\b.safetensors"]),
        "/models/loras": Answer(["c.safetensors"]),
        "/models": Answer(["vae", "loras"]),
    }
    info = ObjectInfo(ComfyWire(comfy_address(odd.url)))

    assert info.model_files() == {"a.safetensors", "b.safetensors", "c.safetensors"}


def test_without_such_lists_the_files_are_those_that_nodes_offer(odd: OddServer) -> None:
    loader = {"input": {"required": {"name": [["x/a.safetensors", "euler"]], "steps": ["INT", {}]}}}
    odd.answers = {
        "/models": Answer("no such route", 404, "text/plain"),
        "/object_info": Answer({"Loader": loader, "Odd": "no description"}),
    }
    info = ObjectInfo(ComfyWire(comfy_address(odd.url)))

    assert info.model_files() == {"a.safetensors"}


def test_a_server_may_tell_where_its_models_lie_the_large_ones_first(odd: OddServer) -> None:
    told = {"vae": ["/models/vae"], "diffusion_models": ["/models/unet"], "odd": "no list"}
    odd.answers = {"/internal/folder_paths": Answer(told)}
    backend = ComfyBackend(odd.url)

    assert isinstance(backend, KeepsModels)
    assert backend.model_folders() == ("/models/unet", "/models/vae")
    odd.answers = {}
    assert backend.model_folders() == ()
