"""Runs as a terminal tells them, and the same runs asked of the app that holds the data folder."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from videogen.cli.answer import language
from videogen.client import Client
from videogen.texts import failure_advice, t

PROMPT_START = 40  # letters of it in a list
PROMPT_TEXT = "prompt_text"  # beside each run in the API, whose rows name the prompt by its id

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRuns:
    """An answer in plain JSON, with the prompts that its rows name by id alone."""

    answer: dict[str, Any]
    prompts: Mapping[str, str]

    def lines(self) -> list[str]:
        if "runs" in self.answer:
            lines = [self._line(row) for row in self.answer["runs"]]
            return lines or [t("cli.runs.none", language())]
        shown: Row = self.answer["run"]
        lines = [self._line(shown)]
        if shown["status"] == "running" and shown["cancel_requested"]:
            lines.append(t("cli.runs.cancel_noted", language(), n_runs=1))
        if shown["failure_class"] is not None:
            advice = failure_advice(shown["failure_class"], language(), shown["failure_detail"])
            lines += [advice.happened, advice.means, advice.next_step]
        return lines

    def _line(self, row: Row) -> str:
        """Which run, when it was asked for, how it went, what it took; "-" where unknown."""
        prompt = " ".join(self.prompts[row["prompt_id"]].split())
        start = prompt if len(prompt) <= PROMPT_START else f"{prompt[:PROMPT_START].rstrip()}…"
        took = "-" if row["wall_time_s"] is None else f"{row['wall_time_s']:.1f} s"
        cost = "-" if row["cost_usd"] is None else f"${row['cost_usd']:.4f}"
        columns = [
            row["run_id"],
            f"{datetime.fromisoformat(row['queued_at']):%Y-%m-%d %H:%MZ}",
            f"{row['status']:<9}",
            row["condition_id"],
            f"{took:>9}",
            f"{cost:>8}",
            start,
            row["failure_class"] or "",
        ]
        return "  ".join(columns).rstrip()


def _list(client: Client, options: argparse.Namespace) -> ToldRuns:
    rows = client.runs(
        limit=options.limit,
        after=options.before,
        status=options.status,
        campaign=options.campaign,
        condition=options.condition,
        failure_class=options.failure_class,
        origin=options.origin,
        owner=options.owner,
    )
    return _of_rows([dict(row) for row in rows])


def _show(client: Client, options: argparse.Namespace) -> ToldRuns:
    told = client.run(options.run_id)
    beside = {"inputs": told.pop("input_files")}
    beside |= {name: told.pop(name) for name in ("attempts", "clip", "events")}
    told.pop("progress")
    prompts = {told["prompt_id"]: told.pop(PROMPT_TEXT)}
    return ToldRuns(answer={"run": told, **beside}, prompts=prompts)


def _cancel(client: Client, options: argparse.Namespace) -> ToldRuns:
    return _of_one(client, client.cancel_run(options.run_id))


def _requeue(client: Client, options: argparse.Namespace) -> ToldRuns:
    return _of_one(client, client.requeue_run(options.run_id))


def _of_rows(rows: Sequence[dict[str, Any]]) -> ToldRuns:
    prompts = {row["prompt_id"]: row.pop(PROMPT_TEXT) for row in rows}
    return ToldRuns(answer={"runs": rows}, prompts=prompts)


def _of_one(client: Client, row: dict[str, Any]) -> ToldRuns:
    text = client.run(row["run_id"])[PROMPT_TEXT]
    row.pop(PROMPT_TEXT, None)
    return ToldRuns(answer={"run": row}, prompts={row["prompt_id"]: text})


THROUGH_APP: Mapping[str, Callable[[Client, argparse.Namespace], ToldRuns]] = {
    "list": _list,
    "show": _show,
    "cancel": _cancel,
    "requeue": _requeue,
}
