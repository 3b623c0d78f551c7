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
        status=options.status,
        campaign=options.campaign,
        condition=options.condition,
        failure_class=options.failure_class,
        origin=options.origin,
        owner=options.owner,
        before=options.before,
    )
    found = [dict(row) for row in rows]
    return ToldRuns(answer={"runs": _without_prompts(found)}, prompts=_prompts(found))


def _without_prompts(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "prompt"} for row in rows]


def _prompts(rows: Sequence[Row]) -> dict[str, str]:
    return {row["prompt_id"]: row["prompt"] for row in rows}


THROUGH_APP: Mapping[str, Callable[[Client, argparse.Namespace], ToldRuns]] = {"list": _list}
