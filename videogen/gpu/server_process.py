"""Which processes are the server's own: found by its listening port, on Linux."""

import contextlib
import re
from pathlib import Path

_PROC = Path("/proc")
_TABLES = ("net/tcp", "net/tcp6")
_LISTENING = "0A"
_PORT = re.compile(r":(\d+)(?:/|$)")
_DEEPEST = 64  # generations; a process tree that changes under our eyes must not hold us


def port_of(server: str) -> int | None:
    """Of its URL, or of its name such as "comfy@127.0.0.1:8188"."""
    found = _PORT.search(server)
    return int(found.group(1)) if found else None


def listening_pids(port: int, proc: Path = _PROC) -> frozenset[int]:
    """Who listens there on this machine; empty where that cannot be read, as on Windows."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, proc)}
    if not sockets:
        return frozenset()
    return frozenset(
        int(folder.name)
        for folder in proc.iterdir()
        if folder.name.isdigit() and not sockets.isdisjoint(_open_files(folder / "fd"))
    )


class ServerProcesses:
    """Tells a server's processes, children counted, from those of others."""

    def __init__(self, roots: frozenset[int], proc: Path = _PROC) -> None:
        self._roots = roots
        self._proc = proc
        self._known: dict[int, bool] = {}

    def own(self, pids: frozenset[int]) -> frozenset[int]:
        """Each process is looked up once, for as long as it is asked about without a break."""
        self._known = {pid: known for pid, known in self._known.items() if pid in pids}
        for pid in pids - self._known.keys():
            self._known[pid] = self._descends(pid)
        return frozenset(pid for pid, is_own in self._known.items() if is_own)

    def _descends(self, pid: int) -> bool:
        current: int | None = pid
        for _ in range(_DEEPEST):
            if current is None or current in self._roots:
                return current is not None
            current = _parent(current, self._proc)
        return False


def _listening_inodes(port: int, proc: Path) -> set[str]:
    inodes = set()
    for table in _TABLES:
        for line in _lines(proc / table)[1:]:
            # sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode (proc(5))
            columns = line.split()
            is_ours = columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port
            if is_ours:
                inodes.add(columns[9])
    return inodes


def _open_files(folder: Path) -> set[str]:
    """Empty for another user's process, whose files may not be read."""
    found = set()
    with contextlib.suppress(OSError):
        for link in folder.iterdir():
            with contextlib.suppress(OSError):  # closed since it was listed
                found.add(str(link.readlink()))
    return found


def _parent(pid: int, proc: Path) -> int | None:
    # "pid (name) state ppid": the name may hold blanks and brackets itself (proc(5))
    after_name = "".join(_lines(proc / str(pid) / "stat")).rpartition(")")[2].split()
    return int(after_name[1]) if len(after_name) > 1 and after_name[1] != "0" else None


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
