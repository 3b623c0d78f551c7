"""The node packs that a workflow runs through, which a measurement depends on."""

import contextlib
import threading
import time
from collections.abc import Mapping
from typing import Any

from videogen.backends.comfy.object_info import ObjectInfo
from videogen.backends.comfy.wire import ComfyWire
from videogen.errors import BackendError

CUSTOM = "custom_nodes."
# ComfyUI tells no pack's version; its Manager does where it is installed, old or new.
MANAGER_PATHS = ("/customnode/installed", "/v2/customnode/installed")
FRESH_S = 300.0  # another version needs a restart, which is followed by other runs than this


class PackBook:
    """Packs by the folder they stand in, with their versions where the server tells them."""

    def __init__(self, wire: ComfyWire, object_info: ObjectInfo) -> None:
        self._wire = wire
        self._object_info = object_info
        self._lock = threading.Lock()
        self._versions: Mapping[str, str] = {}
        self._asked_at_s = float("-inf")

    def of(self, graph: Mapping[str, Any]) -> dict[str, str | None]:
        """Pack name -> version or None. Raises: BackendError."""
        classes = {str(node.get("class_type")) for node in graph.values()}
        specs = [self._object_info.spec(name) for name in sorted(classes)]
        modules = {str(spec.get("python_module")) for spec in specs if spec is not None}
        names = sorted(m.removeprefix(CUSTOM) for m in modules if m.startswith(CUSTOM))
        versions = self._known_versions() if names else {}
        return {name: versions.get(name.lower()) for name in names}

    def _known_versions(self) -> Mapping[str, str]:
        with self._lock:
            if time.monotonic() - self._asked_at_s < FRESH_S:
                return self._versions
        installed: Mapping[str, Any] = {}
        for path in MANAGER_PATHS:
            with contextlib.suppress(BackendError):  # names without versions are better than none
                installed = installed or self._wire.optional_json(path) or {}
        versions = _versions(installed)
        with self._lock:
            self._versions, self._asked_at_s = versions, time.monotonic()
        return versions


def _versions(installed: Mapping[str, Any]) -> dict[str, str]:
    """By folder and by registry name, in small letters: the two differ in case and in dashes."""
    found: dict[str, str] = {}
    for folder, entry in installed.items():
        version = entry.get("ver") if isinstance(entry, dict) else None
        if isinstance(version, str) and version:
            found |= {str(name).lower(): version for name in (entry.get("cnr_id"), folder) if name}
    return found
