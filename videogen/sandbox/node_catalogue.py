import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

# object_info.json: the answer of a real ComfyUI 0.25.0 (86f987ca) with ComfyUI-WanVideoWrapper
# 1.4.6, ComfyUI-AnimateDiff-Evolved 1.5.7 and ComfyUI-VideoHelperSuite 1.7.9, cut to the 110 nodes
# that text-to-video workflows need, tooltips taken out.
_OBJECT_INFO_FILE = Path(__file__).with_name("object_info.json")

# The recorded server had no LoRA file; these are the distill LoRAs that WAN 14B workflows name.
_LORA_FILES = [
    "lightx2v_I2V_14B_480p_cfg_step_distill_rank64_bf16.safetensors",
    "Wan21_T2V_14B_lightx2v_cfg_step_distill_lora_rank32.safetensors",
    "lightx2v_T2V_14B_cfg_step_distill_v2_lora_rank64_bf16.safetensors",
]
_LORA_CLASSES = (
    "LoraLoader",
    "LoraLoaderModelOnly",
    "WanVideoLoraSelect",
    "WanVideoLoraSelectMulti",
)
# The recorded server had no file for native text to video with 14B either.
_UNET_FILES = [
    "wan2.1_t2v_14B_fp8_scaled.safetensors",
    "wan2.1_t2v_14B_fp8_e4m3fn.safetensors",
    "wan2.1_t2v_14B_fp16.safetensors",
    # The recording has this name with an underscore; its repository has it with a hyphen.
    "InfiniteTalk/Wan2_1-InfiniteTalk-Single_fp8_e4m3fn_scaled_KJ.safetensors",
]
# Which classes list a folder's files, and how the names of those inputs begin.
_LISTING = {
    "checkpoints": (("CheckpointLoaderSimple", "ckpt_name"),),
    "diffusion_models": (
        ("UNETLoader", "unet_name"),
        ("WanVideoModelLoader", "model"),
        ("MultiTalkModelLoader", "model"),
    ),
    "text_encoders": (("CLIPLoader", "clip_name"), ("LoadWanVideoT5TextEncoder", "model_name")),
    "vae": (("VAELoader", "vae_name"), ("WanVideoVAELoader", "model_name")),
    "clip_vision": (("CLIPVisionLoader", "clip_name"),),
    "loras": tuple((name, "lora") for name in _LORA_CLASSES),
    "controlnet": (("WanVideoUni3C_ControlnetLoader", "model"),),
    "wav2vec2": (("Wav2VecModelLoader", "model"),),
    "animatediff_models": (
        ("ADE_AnimateDiffLoaderGen1", "model_name"),
        ("ADE_LoadAnimateDiffModel", "model_name"),
    ),
}
# Inputs that name an uploaded file; the class checks them itself instead of against its list.
UPLOAD_INPUTS = {
    "LoadImage": "image",
    "LoadAudio": "audio",
    "LoadVideo": "file",
    "VHS_LoadVideo": "video",
}

Spec = list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeClass:
    name: str
    info: Mapping[str, Any]

    @property
    def is_output(self) -> bool:
        return bool(self.info["output_node"])

    @property
    def output_types(self) -> list[Any]:
        return cast("list[Any]", self.info["output"])

    def inputs(self, section: str) -> Iterator[tuple[str, Spec]]:
        """Inputs of `required` or `optional`, in the server's order."""
        specs = self.info["input"].get(section, {})
        order = self.info["input_order"].get(section, list(specs))
        for name in order:
            yield name, specs[name]


def choices(spec: Spec) -> list[Any] | None:
    """The values of a combo input in either of ComfyUI's two shapes, None for other inputs."""
    if isinstance(spec[0], list):
        return spec[0]
    if spec[0] == "COMBO" and len(spec) > 1 and "options" in spec[1]:
        return cast("list[Any]", spec[1]["options"])
    return None


class NodeCatalogue:
    """The node classes the server knows, with the files that lie in its input folder."""

    def __init__(self, input_folder: Path, more: Path | None = None) -> None:
        loaded = json.loads(_OBJECT_INFO_FILE.read_text(encoding="utf-8"))
        self._infos = cast("dict[str, dict[str, Any]]", loaded)
        self.input_folder = input_folder
        self._add_files("loras", _LORA_FILES)
        self._add_files("diffusion_models", _UNET_FILES)
        if more is not None:
            self._read_more(json.loads(more.read_text(encoding="utf-8")))

    def _read_more(self, more: dict[str, dict[str, Any]]) -> None:
        """`nodes`: as object_info; `files`: names to add, by class and input."""
        self._infos |= more.get("nodes", {})
        for class_name, inputs in more.get("files", {}).items():
            for input_name, files in inputs.items():
                _add_choices(self._infos[class_name], input_name, files)

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def __getitem__(self, name: str) -> NodeClass:
        return NodeClass(name=name, info=self._infos[name])

    def has_upload(self, name: object) -> bool:
        path = (self.input_folder / str(name)).resolve()
        return path.is_relative_to(self.input_folder.resolve()) and path.is_file()

    def object_info(self, name: str | None = None) -> dict[str, Any]:
        """The body of GET /object_info, or of one class; `{}` for an unknown class."""
        names = list(self._infos) if name is None else [name] if name in self._infos else []
        return {each: self._with_uploads(each) for each in names}

    def files_in(self, folder: str) -> list[Any] | None:
        """The body of GET /models/{folder}; None for a folder the server does not have."""
        if folder not in _LISTING:
            return None
        class_name, prefix = _LISTING[folder][0]
        required = self._infos[class_name]["input"]["required"]
        name = next(each for each in required if each.startswith(prefix))
        return choices(required[name])

    def add_model(self, folder: str, file: str) -> None:
        """As if somebody had put a file into models/<folder> while the server runs.

        Raises: ValueError: a folder that no class of this server lists.
        """
        if folder not in _LISTING:
            raise ValueError(f"no folder {folder!r}; known: {', '.join(_LISTING)}")
        self._add_files(folder, [file])

    def add_choice(self, class_name: str, input_name: str, file: str) -> None:
        """Raises: ValueError: no such class, or no such list of files in it."""
        inputs = self._infos.get(class_name, {}).get("input", {})
        specs = {**inputs.get("required", {}), **inputs.get("optional", {})}
        if input_name not in specs or choices(specs[input_name]) is None:
            raise ValueError(f"{class_name!r} has no list {input_name!r}")
        _add_choices(self._infos[class_name], input_name, [file])

    def _add_files(self, folder: str, files: list[str]) -> None:
        for class_name, prefix in _LISTING[folder]:
            _add_choices(self._infos[class_name], prefix, files)

    def _with_uploads(self, name: str) -> dict[str, Any]:
        info = self._infos[name]
        upload = UPLOAD_INPUTS.get(name)
        if upload is None:
            return info
        info = deepcopy(info)
        spec = info["input"]["required"][upload]
        files = sorted(path.name for path in self.input_folder.glob("*") if path.is_file())
        found = choices(spec)
        if found is not None:
            found[:] = files
        return info


def _as_listed(names: set[str]) -> list[str]:
    """As a server lists a folder: none first, files by name, what is no file last."""
    return sorted(names, key=lambda name: (name != "none", "." not in name, name))


def _add_choices(info: dict[str, Any], prefix: str | tuple[str, ...], files: list[str]) -> None:
    for section in ("required", "optional"):
        for name, spec in info["input"].get(section, {}).items():
            found = choices(spec)
            if name.startswith(prefix) and found is not None and not set(files) <= set(found):
                found[:] = _as_listed({*found, *files})
