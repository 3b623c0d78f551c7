"""The same requests under other rules: where each would have gone, and what that takes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.evidence.what_if.asked import Asked, normalised
from videogen.evidence.what_if.contenders import Contender
from videogen.routing import Reason, RoutingRules, route


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayShare:
    """What one condition would make."""

    condition: str
    share: float  # of all requests
    reason: Reason  # the one that sent most of them there


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMean:
    """A mean per video over those requests whose figure is known, and their share of all."""

    mean: float
    share: float

    def total(self, n_videos: int) -> float:
        """Of the known part: the rest may take more or less, or is not made at all."""
        return self.mean * self.share * n_videos


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """None where nothing of it is known."""

    rules_version: str
    shares: tuple[ReplayShare, ...]  # the largest first
    unserved_share: float
    cost_usd: KnownMean | None
    quality: KnownMean | None  # MOS, claimed where nothing is measured
    is_quality_claimed: bool  # for some of it
    wall_time_s: KnownMean | None
    gpu_hours: KnownMean | None  # of the own machine


def replay(asked: Sequence[Asked], among: Sequence[Contender], rules: RoutingRules) -> Replay:
    """As if every back end were there: what the rules prefer, not what happened to be up."""
    by_name = {one.name: one for one in among}
    options = [one.option for one in among]
    shares: dict[str, float] = defaultdict(float)
    reasons: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    said: dict[tuple[str, str], Reason] = {}
    for one in normalised(asked):
        found = route(one.request, options, rules)
        if found.chosen is None:
            continue
        shares[found.chosen] += one.weight
        reasons[found.chosen][found.reason.key] += one.weight
        said.setdefault((found.chosen, found.reason.key), found.reason)
    made = [(by_name[name], share) for name, share in shares.items()]
    return Replay(
        rules_version=rules.version,
        shares=tuple(
            ReplayShare(
                condition=name,
                share=share,
                reason=said[name, max(reasons[name], key=reasons[name].__getitem__)],
            )
            for name, share in sorted(shares.items(), key=lambda item: -item[1])
        ),
        unserved_share=max(0.0, 1 - sum(shares.values())),
        cost_usd=_mean([(one.cost_usd, share) for one, share in made]),
        quality=_mean([(one.quality, share) for one, share in made]),
        is_quality_claimed=any(one.option.is_quality_claimed for one, _ in made),
        wall_time_s=_mean([(one.wall_time_s, share) for one, share in made]),
        gpu_hours=_mean([(one.gpu_hours, share) for one, share in made]),
    )


def _mean(parts: Sequence[tuple[float | None, float]]) -> KnownMean | None:
    known = [(value, share) for value, share in parts if value is not None]
    total = sum(share for _, share in known)
    if not total:
        return None
    return KnownMean(mean=sum(value * share for value, share in known) / total, share=total)
