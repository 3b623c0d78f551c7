import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session", name="nvml_folder")
def fixture_nvml_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with libnvidia-ml.so.1, compiled from the stand-in."""
    compiler = shutil.which("cc")
    if compiler is None:
        message = "no C compiler (cc): the GPU monitor is not tested against a stand-in library"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("nvml")
    source = Path(__file__).with_name("nvml_stand_in.c")
    library = folder / "libnvidia-ml.so.1"
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-O1",
        "-Wall",
        "-Werror",
        "-o",
        str(library),
        str(source),
    ]
    subprocess.run(command, check=True)
    return folder
