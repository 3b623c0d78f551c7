from pathlib import Path

import pytest

from videogen.catalogue import Parts, load_manifests, load_parts, model_file_name
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = load_manifests(ROOT / "workflows")
PARTS = load_parts(ROOT / "workflows/parts")


def test_a_node_class_leads_to_its_pack_and_the_command_that_installs_it() -> None:
    pack = MANIFESTS["wan-1.3b"].packs["WanVideoSampler"]

    assert pack.name == "ComfyUI-WanVideoWrapper"
    assert pack.version == "1.4.6 (60a38757)"
    assert pack.how.startswith("git clone https://github.com/kijai/ComfyUI-WanVideoWrapper ")
    assert "requirements.txt" in pack.how


def test_a_core_node_belongs_to_comfyui_itself() -> None:
    pack = MANIFESTS["server_check"].packs["SaveVideo"]

    assert (pack.name, pack.manager_name) == ("ComfyUI", None)


def test_a_model_file_says_its_place_its_size_and_how_to_get_it() -> None:
    vae = next(part for part in MANIFESTS["wan-14b"].parts if part.folder == "models/vae")

    assert (vae.file, vae.size_bytes) == ("Wan2_1_VAE_bf16.safetensors", 253_806_278)
    assert vae.size_is_checked is False  # a third party's figure
    assert vae.how is not None
    assert vae.how.endswith(f"-o ComfyUI/models/vae/{vae.file} {vae.source}")


def test_a_file_whose_place_nobody_knows_names_its_repository_and_no_command() -> None:
    part = PARTS.models["Wan2_1-T2V-1_3B_fp16.safetensors"]

    assert part.how is None
    assert part.source == "https://huggingface.co/Kijai/WanVideo_comfy"


def test_an_unknown_size_stays_unknown(tmp_path: Path) -> None:
    models = (ROOT / "workflows/parts/models.toml").read_text(encoding="utf-8")
    (tmp_path / "models.toml").write_text(models.replace("size_bytes = 253_806_278\n", ""))
    (tmp_path / "packs.toml").write_text((ROOT / "workflows/parts/packs.toml").read_text())

    assert load_parts(tmp_path).models["Wan2_1_VAE_bf16.safetensors"].size_bytes is None


@pytest.mark.parametrize("value", ["WanVideo\\x.safetensors", "WanVideo/x.safetensors"])
def test_a_model_is_known_by_its_base_name_on_every_system(value: str) -> None:
    assert model_file_name(value) == "x.safetensors"


def test_a_class_in_two_packs_is_refused(tmp_path: Path) -> None:
    packs = (ROOT / "workflows/parts/packs.toml").read_text(encoding="utf-8")
    (tmp_path / "packs.toml").write_text(packs.replace('"VHS_LoadAudio"', '"KSampler"'))
    (tmp_path / "models.toml").write_text((ROOT / "workflows/parts/models.toml").read_text())

    with pytest.raises(InvalidInputError) as caught:
        load_parts(tmp_path)

    assert caught.value.facts["detail"] == "KSampler in ComfyUI and ComfyUI-VideoHelperSuite"


@pytest.mark.parametrize("lacking", ["KSampler", "mm_sd_v15_v2.ckpt"])
def test_a_workflow_with_a_part_that_nobody_lists_is_refused(lacking: str) -> None:
    parts = Parts(
        packs={name: pack for name, pack in PARTS.packs.items() if name != lacking},
        models={name: model for name, model in PARTS.models.items() if name != lacking},
    )

    with pytest.raises(InvalidInputError) as caught:
        load_manifests(ROOT / "workflows", parts)

    assert caught.value.value == "animatediff-long"  # the first that names it
    assert caught.value.facts["detail"] == f"nobody lists {lacking}"
