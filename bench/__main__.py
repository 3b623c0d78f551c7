"""`make bench`: one JSON object of {name: {value, baseline, ratio, limit}}; names may be chosen."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from bench import decision_page, evidence
from bench.api_requests import create_run, list_runs
from bench.gpu_monitor import gpu_monitor
from bench.idle_worker import idle_worker
from bench.measurement import Measurement
from bench.models_page import models_page_500_over_10
from bench.open_sessions import thirty_sessions
from bench.p910 import p910_79_by_26
from bench.page_rerun import decision_page_rerun
from bench.panel_votes import thirty_raters
from bench.queue_page import queue_page_rerun
from bench.queued_at_once import fifty_runs_at_once
from bench.rating_loop import key_to_next_clip, key_to_next_clip_over_bare_page
from bench.routing import route_decisions_per_s
from bench.server_check import server_check_runs

MEASUREMENTS: dict[str, Callable[[], Measurement]] = {
    "server_check_50_runs_s": server_check_runs,
    "fifty_runs_at_once_s": fifty_runs_at_once,
    "decision_page_rerun_s": decision_page_rerun,
    "evidence_cold_over_sql": evidence.cold_over_sql,
    "evidence_warm_ms": evidence.warm,
    "evidence_warm_10k_to_1m": decision_page.warm_10k_to_1m,
    "evidence_four_readers": evidence.four_readers,
    "decision_cards_over_empty_page": decision_page.cards_over_empty_page,
    "decision_app_mib": decision_page.app_mib,
    "queue_page_100000_runs_s": queue_page_rerun,
    "models_page_500_over_10": models_page_500_over_10,
    "gpu_monitor_at_10_hz": gpu_monitor,
    "idle_worker_core_share": idle_worker,
    "thirty_sessions_mib": thirty_sessions,
    "rating_key_to_next_clip_ms": key_to_next_clip,
    "rating_over_bare_page_ms": key_to_next_clip_over_bare_page,
    "thirty_raters_saved_p95_ms": thirty_raters,
    "p910_79_by_26_s": p910_79_by_26,
    "route_decisions_per_s": route_decisions_per_s,
    "api_list_runs_ms": list_runs,
    "api_create_run_ms": create_run,
}


def main() -> int:
    chosen = sys.argv[1:] or list(MEASUREMENTS)
    measured = {name: MEASUREMENTS[name]() for name in chosen}
    print(json.dumps({name: asdict(measurement) for name, measurement in measured.items()}))
    return 0 if all(m.limit is None or m.ratio <= m.limit for m in measured.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
