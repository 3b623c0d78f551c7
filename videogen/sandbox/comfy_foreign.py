"""Somebody else's prompt without a client id: its progress and previews go to every socket."""

import asyncio
import random
import uuid

from videogen.sandbox.comfy_previews import plain_frame, preview_picture
from videogen.sandbox.comfy_progress import progress_entry
from videogen.sandbox.comfy_socket import SocketTable
from videogen.sandbox.world import World

_NODE_ID = "3"
_STEPS = 20
_LOOK_S = 0.1


async def play_foreign_traffic(world: World, sockets: SocketTable) -> None:
    """For ever, while the switch is on: the steps of prompts that are not in our queue."""
    luck = random.Random(world.seed)  # noqa: S311  # ids only
    prompt_id, step = "", _STEPS
    while True:
        fault = world.faults.switch("foreign_traffic")
        await asyncio.sleep(_LOOK_S if fault is None else fault.number("every_s", _LOOK_S))
        if fault is None or not world.faults.holds(fault):
            continue
        if step == _STEPS:
            prompt_id, step = str(uuid.UUID(int=luck.getrandbits(128), version=4)), 0
        step += 1
        _tell(sockets, prompt_id, step)


def _tell(sockets: SocketTable, prompt_id: str, step: int) -> None:
    entry = progress_entry(_NODE_ID, prompt_id, step, _STEPS, "running")
    sockets.broadcast("progress_state", {"prompt_id": prompt_id, "nodes": {_NODE_ID: entry}})
    data = {"value": step, "max": _STEPS, "prompt_id": prompt_id, "node": _NODE_ID}
    sockets.broadcast("progress", data)
    sockets.broadcast_bytes(plain_frame(preview_picture(step)))
