"""In which folder of ComfyUI a loader looks for its file."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from videogen.catalogue.parts import MODEL_SUFFIXES, model_file_name

# Read in ComfyUI 0.25.0's own nodes and in the packs of workflows/parts/packs.toml.
BY_CLASS: Mapping[str, str] = {
    "ADE_AnimateDiffLoRALoader": "animatediff_motion_lora",
    "ADE_AnimateDiffLoaderGen1": "animatediff_models",
    "ADE_LoadAnimateDiffModel": "animatediff_models",
    "AudioEncoderLoader": "audio_encoders",
    "CLIPVisionLoader": "clip_vision",
    "LoadWanVideoClipTextEncoder": "text_encoders",
    "LoadWanVideoT5TextEncoder": "text_encoders",
    "ModelPatchLoader": "model_patches",
    "MultiTalkModelLoader": "diffusion_models",
    "UpscaleModelLoader": "upscale_models",
    "WanVideoModelLoader": "diffusion_models",
    "WanVideoTextEncodeCached": "text_encoders",
    "WanVideoTinyVAELoader": "vae_approx",
    "WanVideoUni3C_ControlnetLoader": "controlnet",
    "WanVideoVAELoader": "vae",
    "Wav2VecModelLoader": "wav2vec2",
}
BY_INPUT: Mapping[str, str] = {
    "ckpt_name": "checkpoints",
    "clip_name": "text_encoders",
    "clip_name1": "text_encoders",
    "clip_name2": "text_encoders",
    "control_net_name": "controlnet",
    "lora": "loras",
    "lora_name": "loras",
    "unet_name": "diffusion_models",
    "vae_name": "vae",
}
ROOT_FOLDER = "models"
NUMBERED_LORA = "lora_"  # lora_0 to lora_4 of the wrapper's loader of several


class LoadedFile(NamedTuple):
    """A model file as a graph names it, and its folder; None: nobody knows."""

    node: str
    input: str
    file: str  # base name
    folder: str | None


def loaded_files(graph: Mapping[str, Any], nodes: Iterable[str] | None = None) -> list[LoadedFile]:
    """Each input that names a model file, in the order of the nodes."""
    return [
        LoadedFile(node_id, name, model_file_name(value), folder_of(node["class_type"], name))
        for node_id, node in ((each, graph[each]) for each in nodes or graph)
        for name, value in node["inputs"].items()
        if isinstance(value, str) and value.lower().endswith(MODEL_SUFFIXES)
    ]


def folder_of(class_type: str, name: str) -> str | None:
    """Such as "models/loras", in ComfyUI's folder; None for a loader that nobody here knows."""
    folder = BY_CLASS.get(class_type) or BY_INPUT.get(name)
    if folder is None and name.startswith(NUMBERED_LORA):
        folder = "loras"
    return None if folder is None else f"{ROOT_FOLDER}/{folder}"
