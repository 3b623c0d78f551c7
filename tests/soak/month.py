"""How much of everything a month of a team holds, and what of it falls into which week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PRESENTATIONS = 40  # of a full session
SHIPPED = "animatediff"  # what people's own workflows are made of
SMALL: Mapping[str, Any] = {"width_px": 64, "height_px": 64, "n_frames": 8}
# People's own workflows, whose clips cost little to draw: the candidate, then the baseline.
OWN: Mapping[str, Mapping[str, Any]] = {
    "study": {**SMALL, "steps": 4},
    "sketch": {**SMALL, "steps": 2},
}
PAID = "veo-3.1-lite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one person asks for, under a key of its own."""

    person: str
    key: str
    condition: str | None  # None: a whole campaign
    prompt: str
    seeds: Sequence[int] = (7,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A restart ends each week but the last; what a week made is rated in the next."""

    n_people: int
    n_restarts: int
    n_campaigns: int
    n_prompts: int  # of each campaign
    n_seeds: int
    n_single: int  # runs asked for one by one
    n_paid: int  # of these
    full_s: float  # that the disk is full, at least
    n_reruns: int  # of each page before and after; 0: none is timed
    is_full: bool = True  # with reference clips, and `check` asked for as a command

    @property
    def n_weeks(self) -> int:
        return self.n_restarts + 1

    @property
    def n_runs_of_campaign(self) -> int:
        return len(OWN) * self.n_prompts * self.n_seeds

    @property
    def n_runs(self) -> int:
        return self.n_campaigns * self.n_runs_of_campaign + self.n_single

    @property
    def people(self) -> Sequence[str]:
        return [f"Person {number}" for number in range(1, self.n_people + 1)]

    def campaigns_of(self, week: int) -> list[Order]:
        """None in the last week: nobody would be left to rate them."""
        numbers = range(week, self.n_campaigns, self.n_restarts) if week < self.n_restarts else ()
        return [
            Order(
                person=self._person(number),
                key=f"campaign-{number}",
                condition=None,
                prompt="",
                # Its own: a server answers what it has made before from its cache, which is no run.
                seeds=range(number * self.n_seeds, (number + 1) * self.n_seeds),
            )
            for number in numbers
        ]

    def singles_of(self, week: int) -> list[Order]:
        return [self._single(number) for number in range(week, self.n_single, self.n_weeks)]

    def _single(self, number: int) -> Order:
        is_paid = self.n_paid > 0 and number % (self.n_single // self.n_paid) == 0
        return Order(
            person=self._person(number),
            key=f"single-{number}",
            condition=PAID if is_paid else SHIPPED,
            prompt=f"A paper boat drifts down a rain gutter, take {number}",
        )

    def _person(self, number: int) -> str:
        return self.people[number % self.n_people]


# 17 campaigns of 280 runs and 240 single runs; 40 presentations of each campaign to 30 people.
FULL = Month(
    n_people=30,
    n_restarts=3,
    n_campaigns=17,
    n_prompts=20,
    n_seeds=7,
    n_single=240,
    n_paid=40,
    full_s=20.0,
    n_reruns=60,
)
# A short session of thirteen presentations for each of five.
SAMPLE = Month(
    n_people=5,
    n_restarts=1,
    n_campaigns=1,
    n_prompts=6,
    n_seeds=1,
    n_single=8,
    n_paid=0,
    full_s=0.4,
    n_reruns=0,
    is_full=False,
)
