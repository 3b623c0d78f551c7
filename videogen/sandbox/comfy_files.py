"""/view and /upload/image of the played server."""

import asyncio
import mimetypes
import os
import re
from email.utils import formatdate
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.faults import COMFY_VIEW_KINDS, Fault
from videogen.sandbox.http_frame import CutShort

_KINDS = ("output", "temp", "input")


class ComfyFiles:
    def __init__(self, engine: ComfyEngine) -> None:
        self._engine = engine

    async def view(self, request: Request) -> Response:
        found = self._find(request)
        if isinstance(found, int):
            return Response(status_code=found)
        fault = self._fault(found)
        if fault is not None and fault.kind == "view_404":
            return Response(status_code=404)
        return await self._answer(request, found, fault)

    def _find(self, request: Request) -> Path | int:
        """The file asked for, or the status of the refusal."""
        query = request.query_params
        filename, kind = query.get("filename", ""), query.get("type", "output")
        if not filename or filename[0] == "/" or ".." in filename or kind not in _KINDS:
            return 400
        base = (self._engine.folder.root / kind).resolve()
        folder = (base / query.get("subfolder", "")).resolve()
        if not folder.is_relative_to(base):
            return 403
        path = folder / Path(filename).name
        return path if path.is_file() else 404

    def _fault(self, path: Path) -> Fault | None:
        job = self._engine.folder.owner(path)
        if job is None:
            return None
        return self._engine.world.faults.take(COMFY_VIEW_KINDS, job.subject())

    async def _answer(self, request: Request, path: Path, fault: Fault | None) -> Response:
        content, stat = await asyncio.to_thread(_read, path)
        headers = {
            "Content-Disposition": f'filename="{path.name}"',
            "Content-Type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            "Etag": f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"',
            "Last-Modified": formatdate(stat.st_mtime, usegmt=True),
            "Accept-Ranges": "bytes",
        }
        if fault is not None:
            answer = await self._faulty(path, content, headers, fault)
            if answer is not None:
                return answer
        span = request.headers.get("range")
        if span is None:
            return Response(content, headers=headers)
        return _partial(content, headers, span)

    async def _faulty(
        self, path: Path, content: bytes, headers: dict[str, str], fault: Fault
    ) -> Response | None:
        match fault.kind:
            case "slow_view":
                await asyncio.sleep(fault.number("delay_s", 2.0))
            case "truncate_view":
                return CutShort(content, headers, int(len(content) * fault.number("kept", 0.5)))
            case "etag_change":
                await asyncio.to_thread(self._engine.folder.replace_clip, path)
                return CutShort(content, headers, int(len(content) * fault.number("kept", 0.5)))
            case "view_no_length":
                return StreamingResponse(iter([content]), headers=headers)
        return None

    async def upload(self, request: Request) -> Response:
        async with request.form() as form:
            image = form.get("image")
            if not isinstance(image, UploadFile) or not image.filename:
                return Response(status_code=400)
            kind = str(form.get("type") or "input")
            if kind not in _KINDS:
                return Response(status_code=400)
            base, folder = self._upload_folder(kind, str(form.get("subfolder") or ""))
            name = Path(image.filename).name
            if not folder.is_relative_to(base) or not name:
                return Response(status_code=400)
            overwrites = str(form.get("overwrite", "")).lower() in ("true", "1")
            content = await image.read()
        path = _place(folder, name, content, overwrites=overwrites)
        subfolder = folder.relative_to(base).as_posix()
        answer = {
            "name": path.name,
            "subfolder": "" if subfolder == "." else subfolder,
            "type": kind,
        }
        return JSONResponse(answer)

    def _upload_folder(self, kind: str, subfolder: str) -> tuple[Path, Path]:
        base = (self._engine.folder.root / kind).resolve()
        return base, (base / subfolder).resolve()


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    return path.read_bytes(), path.stat()


def _place(folder: Path, name: str, content: bytes, *, overwrites: bool) -> Path:
    """Same name with other bytes: "x (1).png"; same name, same bytes: the file that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    path, count = folder / name, 0
    while path.exists() and not overwrites and path.read_bytes() != content:
        count += 1
        path = folder / f"{Path(name).stem} ({count}){Path(name).suffix}"
    path.write_bytes(content)
    return path


def _partial(content: bytes, headers: dict[str, str], span: str) -> Response:
    size = len(content)
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", span.strip())
    if found is None or found[0] == "bytes=-":
        return _unsatisfiable(headers, size)
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    else:
        first, last = max(0, size - int(found[2])), size - 1
    if first >= size or last < first:
        return _unsatisfiable(headers, size)
    headers = {**headers, "Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(content[first : last + 1], status_code=206, headers=headers)


def _unsatisfiable(headers: dict[str, str], size: int) -> Response:
    kept = {name: headers[name] for name in ("Content-Disposition", "Content-Type")}
    return Response(status_code=416, headers={**kept, "Content-Range": f"bytes */{size}"})
