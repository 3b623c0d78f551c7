"""The `random` fault: draws faults at a rate, the same ones again for the same sandbox seed."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import Any

from videogen.sandbox.faults import COMFY_ROUTES, Fault, Subject

_RATE = 0.05  # of all chances, when the fault names none
# What a client should survive, mild enough for a soak of a thousand runs; seconds are real unless
# they are a stall's. A wedge needs a person, so a chaos draws it only when its kinds name it.
SURVIVABLE: Mapping[str, Mapping[str, Any]] = {
    "http_500": {},
    "drop_before_accept": {},
    "drop_after_accept": {},
    "slow_submit": {"delay_s": 1.0},
    "out_of_vram": {},
    "execution_error": {},
    "lose_job": {},
    "stall": {"seconds": 60.0},
    "deaf_socket": {},
    "bad_video": {},
    "restart": {},
    "no_output": {},
    "slow_history": {"delay_s": 0.3},
    "disk_full": {},
    "truncated_file": {},
    "previews": {},
    "memory_leak": {"mib": 20},
    "slow_view": {"delay_s": 0.5},
    "truncate_view": {},
    "view_404": {},
    "view_no_length": {},
    "etag_change": {},
    "history_500": {},
    "queue_500": {},
    "http_429": {"retry_after_s": 1},
    "silence": {"seconds": 1.0},
    "http_status": {},
    "poll_status": {},
    "op_error": {},
    "rai_filtered": {},
}


def chance_name(kinds: Sequence[str], subject: Subject) -> str:
    """What is counted: the same job meets the same luck whatever runs beside it."""
    route = "/".join(subject.route.split("/")[:2])
    return "/".join((kinds[0], subject.profile, subject.prompt, route))


def draw(fault: Fault, kinds: Sequence[str], subject: Subject, chance: str) -> Fault | None:
    """One chance: a fault of these kinds at the chaos's rate, or nothing."""
    wanted = fault.params.get("kinds", SURVIVABLE)
    offered = [
        kind
        for kind in kinds
        if kind in wanted and subject.route.startswith(COMFY_ROUTES.get(kind, ""))
    ]
    facts = f"{fault.params.get('seed', '')}/{chance}".encode()
    luck = random.Random(int.from_bytes(hashlib.sha256(facts).digest()))  # noqa: S311  # not secret
    if not offered or luck.random() >= fault.number("rate", _RATE):
        return None
    kind = luck.choice(offered)
    params = fault.params.get("params_of", {}).get(kind, SURVIVABLE.get(kind, {}))
    return Fault(kind=kind, params=params)
