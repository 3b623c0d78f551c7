"""Campaigns as a terminal tells them, and the same asked of the app that holds the data folder."""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import Any

from videogen.cli.actions import Answer, Elsewhere
from videogen.cli.answer import language, say
from videogen.cli.campaign_forecast import say_forecast
from videogen.cli.campaign_options import plan_of
from videogen.cli.input_options import read_inputs
from videogen.client import Client
from videogen.domain.run import RunStatus
from videogen.errors import InvalidInputError
from videogen.texts import t

GLANCE_S = 1.0
DETAIL = ("conditions", "failures", "spend", "events")
FINAL = frozenset(status.value for status in RunStatus if status.is_final)

Row = Mapping[str, Any]


def tell_list(rows: Sequence[Row], options: argparse.Namespace) -> Answer:
    for row in rows:
        progress = t(
            "campaigns.progress_of", language(), n_done=row["n_ended"], n_runs=row["n_runs"]
        )
        _say(options, f"{row['campaign_id']}  {row['name']}  {progress}")
    return {"campaigns": rows}


def tell_detail(row: Row, detail: Row, options: argparse.Namespace) -> Answer:
    _say_counts(detail["conditions"], options)
    return {"campaign": row, **detail}


def tell_created(campaign: Row, options: argparse.Namespace) -> Answer:
    _say(options, t("cli.campaigns.created", language(), campaign_id=campaign["campaign_id"]))
    return {"campaign": campaign}


def tell_dry_run(found: Row, options: argparse.Namespace) -> Answer:
    say_forecast(found, as_json=options.json)
    return {"dry_run": True, **found}


def tell_started(row: Row, counts: Row, n_queued: int, options: argparse.Namespace) -> Answer:
    _say(options, t("cli.campaigns.started", language(), n_runs=n_queued))
    _say_counts(counts, options)
    return {"campaign": row, "n_queued": n_queued, "conditions": counts}


def tell_changed(campaign: Row, options: argparse.Namespace) -> Answer:
    """Paused, or resumed."""
    _say(options, t(f"cli.campaigns.{options.action}d", language()))
    return {"campaign": campaign}


def tell_cancelled(runs: Sequence[Row], options: argparse.Namespace) -> Answer:
    n_noted = sum(run["status"] not in FINAL for run in runs)
    _say(options, t("cli.campaigns.cancelled", language(), n_runs=len(runs) - n_noted))
    if n_noted:
        _say(options, t("cli.runs.cancel_noted", language(), n_runs=n_noted))
    return {"runs": runs}


def _list(client: Client, options: argparse.Namespace) -> Answer:
    return tell_list(client.campaigns(), options)


def _show(client: Client, options: argparse.Namespace) -> Answer:
    row = client.campaign(options.campaign_id)
    detail = {name: row.pop(name) for name in DETAIL}
    return tell_detail(row, detail, options)


def _create(client: Client, options: argparse.Namespace) -> Answer:
    inputs: dict[str, dict[str, str]] = {}
    for one in read_inputs(options.input):
        files = inputs.setdefault(one.slot, {})
        if one.prompt_id in files:
            raise InvalidInputError("input_twice", field=one.slot, value=str(one.file))
        files[one.prompt_id] = client.keep_input(one.file)["input_id"]
    made = client.create_campaign(**plan_of(options), inputs=inputs, dry_run=bool(options.dry_run))
    if options.dry_run:
        made.pop("dry_run")
        return tell_dry_run(made, options)
    return tell_created(made, options)


def _start(client: Client, options: argparse.Namespace) -> Answer:
    started = client.control_campaign(options.campaign_id, "start")
    n_queued = started["n_queued"]
    row = client.campaign(options.campaign_id)
    while options.wait and row["n_ended"] < row["n_runs"]:
        if row["paused_at"] is not None:
            raise InvalidInputError(
                "campaign_paused", field="campaign_id", value=row["campaign_id"]
            )
        time.sleep(GLANCE_S)
        row = client.campaign(options.campaign_id)
    detail = {name: row.pop(name) for name in DETAIL}
    return tell_started(row, detail["conditions"], n_queued, options)


def _pause(client: Client, options: argparse.Namespace) -> Answer:
    return tell_changed(client.control_campaign(options.campaign_id, "pause"), options)


def _resume(client: Client, options: argparse.Namespace) -> Answer:
    return tell_changed(client.control_campaign(options.campaign_id, "resume"), options)


def _cancel(client: Client, options: argparse.Namespace) -> Answer:
    return tell_cancelled(client.control_campaign(options.campaign_id, "cancel")["runs"], options)


def _say_counts(conditions: Mapping[str, Mapping[str, int]], options: argparse.Namespace) -> None:
    for name, counts in conditions.items():
        said = ", ".join(f"{t(f'status.{key}', language())} {n}" for key, n in counts.items() if n)
        _say(options, f"{name}: {said or t('campaigns.not_started', language())}")


def _say(options: argparse.Namespace, sentence: str) -> None:
    say(sentence, as_json=options.json)


THROUGH_APP: Mapping[str, Elsewhere] = {
    "list": _list,
    "show": _show,
    "create": _create,
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
}
