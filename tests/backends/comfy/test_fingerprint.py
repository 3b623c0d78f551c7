"""What a server tells of the node packs behind a workflow."""

from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import comfy_request
from videogen.backends import ComfyBackend
from videogen.domain.generation import GenerationRequest


def classes_of(request: GenerationRequest) -> set[str]:
    assert request.workflow is not None
    return {node["class_type"] for node in request.workflow.graph.values()}


def test_packs_and_their_versions_stand_in_the_fingerprint_where_the_manager_tells_them(
    odd: OddServer,
) -> None:
    request = comfy_request("wan-1.3b")
    classes = classes_of(request)
    wrapper = {"input": {}, "python_module": "custom_nodes.ComfyUI-WanVideoWrapper"}
    suite = {"input": {}, "python_module": "custom_nodes.ComfyUI-VideoHelperSuite"}
    described = {name: suite if name.startswith("VHS") else wrapper for name in classes}
    odd.answers = {
        "/object_info/": Answer(described | {"unused": {"python_module": "custom_nodes.other"}}),
        "/v2/customnode/installed": Answer(
            {"comfyui-wanvideowrapper": {"ver": "1.4.6", "enabled": True}, "x": None}
        ),
    }
    backend = ComfyBackend(odd.url)

    facts = backend.fingerprint(request)

    assert facts == {
        "packs": {"ComfyUI-VideoHelperSuite": None, "ComfyUI-WanVideoWrapper": "1.4.6"}
    }
    backend.close()


def test_a_fingerprint_leaves_out_what_is_not_told(odd: OddServer, dead_url: str) -> None:
    pack = {"input": {}, "python_module": "custom_nodes.pack"}
    odd.answers = {
        "/object_info/": Answer(dict.fromkeys(classes_of(comfy_request()), pack)),
        "/customnode": Answer("no", 403, "text/plain"),
    }
    backend, dead = ComfyBackend(odd.url), ComfyBackend(dead_url)

    assert backend.fingerprint(comfy_request()) == {"packs": {"pack": None}}
    assert dead.fingerprint(comfy_request()) == {}
    backend.close()
    dead.close()
