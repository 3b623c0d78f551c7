"""What tests of several rooms share in each worker: a new database to copy, one sandbox."""

import pickle
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_servers import sandbox_servers
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.settings import Settings
from videogen.store import Database


@pytest.fixture(scope="session", autouse=True)
def toml_parsed_once() -> Iterator[None]:
    """Each of a thousand applications reads the same fifty shipped files: a third of its start."""
    loads = tomllib.loads

    @lru_cache(maxsize=256)
    def kept(text: str, parse_float: Callable[[str], Any]) -> bytes:
        return pickle.dumps(loads(text, parse_float=parse_float))

    def again(text: str, /, *, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
        content: dict[str, Any] = pickle.loads(kept(text, parse_float))
        return content

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", again)
        yield


@pytest.fixture(autouse=True)
def main_module_stays() -> Iterator[None]:
    """AppTest leaves the page's script as __main__, and a process forked later would run it."""
    own = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = own


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDatabase:
    """To make the tables costs three times as much as to copy them."""

    made: Path
    started: Path

    def at(self, path: Path) -> Path:
        """The file of a data folder that was opened once and holds nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(self.made, path))

    def of_app(self, data_dir: Path) -> Path:
        """A data folder on which the app was once; it knows the shipped prices and conditions."""
        data_dir.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(self.started, data_dir / "videogen.duckdb"))


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    made, started = (tmp_path_factory.mktemp(name) for name in ("new", "started"))
    Database.open(made / "videogen.duckdb").close()
    Application.build(Settings(data_dir=started, comfy_urls=())).close()
    return NewDatabase(made=made / "videogen.duckdb", started=started / "videogen.duckdb")


@pytest.fixture(scope="session")
def shared_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """Who uses it takes the faults of whoever was there before out of it."""
    with sandbox_servers(tmp_path_factory.mktemp("servers")) as sandbox:
        yield sandbox
