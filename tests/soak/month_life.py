"""A month week by week: what is asked for, what is rated meanwhile, and what goes wrong on purpose.

Each week's campaigns are rated in the next. A week ends with a restart in the middle of runs and
votes; in the last one the disk is full for a while.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.sandbox_servers import sandbox_servers
from tests.soak.month import Month
from tests.soak.month_disk import Disk
from tests.soak.month_office import Office
from tests.soak.month_people import Crowd, rate, sit_down
from tests.soak.month_verdict import faults_of_month
from tests.soak.rating_crowd import Player

TIME_SCALE = 100_000.0
SHARE_BEFORE = 0.3  # of a week's votes, before its restart or full disk
MOST_FULL_S = 60.0
WEEK_PATIENCE_S = 5400.0
LOOK_EVERY_S = 0.2


@dataclass(slots=True, kw_only=True)
class Told:
    """What came of a month."""

    wrong: list[str]
    n_ratings: int
    n_refused_votes: int
    n_refused_requests: int
    n_asked_again: int  # runs that met the full disk
    took_s: Mapping[str, float]
    p95_empty_s: Mapping[str, float]
    p95_full_s: Mapping[str, float]
    memory_mib: Sequence[Sequence[float]]  # of each process, second by second


@dataclass(slots=True, kw_only=True)
class Life:
    month: Month
    office: Office
    crowd: Crowd
    disk: Disk
    players: list[Player] = field(default_factory=list)
    voting: list[threading.Thread] = field(default_factory=list)
    took_s: dict[str, float] = field(default_factory=dict)
    n_asked_again: int = 0

    def live(self) -> None:
        luck = random.Random(self.month.n_runs)
        for week in range(self.month.n_weeks):
            with self._clocked(f"week {week + 1}"):
                late = self._work(week)
                if week == self.month.n_restarts:
                    self._fill_the_disk(late)
                else:
                    self._restart(week, late, luck)
        with self._clocked("the rest"):
            _wait_until(lambda: not any(one.is_alive() for one in self.voting))
            _wait_until(self.office.is_quiet)
            self._ask_again()
            _wait_until(self.office.is_quiet)

    def _work(self, week: int) -> Callable[[], list[threading.Thread]]:
        """Ask, and wait for the campaigns; the answer asks for the rest of the week's runs."""
        singles = self.month.singles_of(week)
        half = len(singles) // 2
        asking = self.crowd.ask([*self.month.campaigns_of(week), *singles[:half]])
        for thread in asking:
            thread.join(WEEK_PATIENCE_S)
        if self.month.campaigns_of(week):
            _wait_until(self.office.is_quiet)
        _wait_until(lambda: self._share_voted() >= SHARE_BEFORE)
        return lambda: self.crowd.ask(singles[half:])

    def _share_voted(self) -> float:
        """Of the sessions that are open to vote in."""
        n_due = sum(player.n_due for player in self.players)
        n_voted = sum(len(player.answered) for player in self.players)
        return n_voted / n_due if n_due else 1.0

    def _restart(
        self, week: int, late: Callable[[], list[threading.Thread]], luck: random.Random
    ) -> None:
        """In the middle of runs and votes, by SIGKILL and SIGTERM in turn."""
        asking = late()
        time.sleep(luck.uniform(0.05, 0.5))
        self.office.end(is_killed=week % 2 == 0)
        keys = [one.key for one in self.month.campaigns_of(week)]
        campaigns = [self.crowd.campaign_ids[key] for key in keys]
        new = sit_down(self.office, self.month.people, campaigns)
        self.office.start()
        self.players += new
        self.voting += rate(new, self.office.url, self.month.n_people)
        for thread in asking:
            thread.join(WEEK_PATIENCE_S)

    def _fill_the_disk(self, late: Callable[[], list[threading.Thread]]) -> None:
        """The app refuses calmly, answers what it knows, and goes on when there is room again."""
        self.disk.fill(self.office.pid)
        try:
            asking, began_s = late(), time.monotonic()
            while not self._is_over(time.monotonic() - began_s):
                if not self.office.is_healthy():
                    self.crowd.wrong.append("not healthy while the disk is full")
                time.sleep(LOOK_EVERY_S)
            if self.month.n_reruns:
                self.office.draw()
        finally:
            self.disk.free(self.office.pid)
        backup = self.office.administrator.back_up()
        if backup["missing"] or backup["damaged"]:
            self.crowd.wrong.append(f"backup: {backup['missing']} {backup['damaged']}")
        for thread in asking:
            thread.join(WEEK_PATIENCE_S)

    def _is_over(self, full_s: float) -> bool:
        has_refused = self.crowd.refused[507] and any(one.n_refused for one in self.players)
        return full_s > MOST_FULL_S or (full_s >= self.month.full_s and bool(has_refused))

    def _ask_again(self) -> None:
        """People ask once more for what failed for want of room."""
        found = self.office.administrator.runs(failure_class="disk_full")
        failed = [run["run_id"] for run in found]
        for run_id in failed:
            self.crowd.ask_again(run_id, f"again-{run_id}")
        self.n_asked_again = len(failed)

    @contextmanager
    def _clocked(self, name: str) -> Iterator[None]:
        began_s = time.monotonic()
        yield
        self.took_s[name] = round(time.monotonic() - began_s, 1)


def lived(folder: Path, month: Month, disk: Disk) -> Told:
    with (
        sandbox_servers(folder, time_scale=TIME_SCALE) as sandbox,
        Office(folder, month, sandbox) as office,
    ):
        office.start()
        p95_empty_s = office.p95_rerun_s(month.n_reruns) if month.n_reruns else {}
        crowd = Crowd(office, month)
        crowd.give_tokens()
        life = Life(month=month, office=office, crowd=crowd, disk=disk)
        life.live()
        p95_full_s = office.p95_rerun_s(month.n_reruns) if month.n_reruns else {}
        office.end(is_killed=False)
        wrong = faults_of_month(office.data_dir, month, crowd, life.players, sandbox)
    return Told(
        wrong=wrong,
        n_ratings=sum(len(player.answered) for player in life.players),
        n_refused_votes=sum(player.n_refused for player in life.players),
        n_refused_requests=crowd.refused[507],
        n_asked_again=life.n_asked_again,
        took_s=life.took_s,
        p95_empty_s=p95_empty_s,
        p95_full_s=p95_full_s,
        memory_mib=office.memory_mib,
    )


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WEEK_PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "this week never ends"
        time.sleep(LOOK_EVERY_S)
