import subprocess
import sys


def test_importing_the_statistics_loads_neither_numpy_nor_scipy() -> None:
    program = "import sys, videogen.analysis; print({'numpy', 'scipy'} & set(sys.modules))"

    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "set()"
