"""With what the runs of a verdict were made, and whether different ones are pooled in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from videogen import store, texts
from videogen.analysis.drift import parts_of
from videogen.evidence.loading import CampaignEvidence
from videogen.evidence.verdict import Sentence
from videogen.store import Database, EnvironmentRuns, FingerprintKind
from videogen.texts import formats

# The condition itself fixes them; a degraded attempt's differ, and count as its failure.
_OF_CONDITION = "settings."
_OF_DEVICE = ("device", "memory_total_mib")  # another card is another environment


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentGroup:
    """Ended runs of one condition that were made with the same versions on the same card."""

    condition: str  # as the evidence names it
    routed_to: str | None  # the member that made a routed condition's runs
    parts: Mapping[str, str]  # by path; empty: nothing is known of it
    n_runs: int  # requeued ones too, cancelled ones not
    n_ok: int
    n_costed: int
    cost_usd: float | None  # per clip, failed runs included; None: of one run nobody knows it
    wall_time_s_median: float | None  # of succeeded runs
    n_timed: int
    peak_mib_max: float | None
    last_at: datetime | None

    @property
    def device(self) -> str | None:
        return self.parts.get("device")

    @property
    def is_known(self) -> bool:
        return bool(self.parts)


def environments(database: Database, found: CampaignEvidence) -> tuple[EnvironmentGroup, ...]:
    """Condition by condition in the campaign's order, the most frequent first.

    Only what two fingerprints both tell can tell them apart; a run that was never tried, or whose
    server told nothing, is in a group of which nothing is known.
    """
    campaign_id, origin = found.campaign.campaign_id, found.origin
    takes_unknown = found.n_runs_unknown_origin == 0
    known, environment_of = _told_apart(store.fingerprint_kinds(database, campaign_id))
    rows = store.environment_runs(
        database, campaign_id, origin, environment_of, takes_unknown=takes_unknown
    )
    names = {one.condition_id: name for name, one in found.conditions.items()}
    order = list(names)
    ordered = sorted(
        (row for row in rows if row.condition_id in names),
        key=lambda row: (order.index(row.condition_id), row.routed_to or "", -row.n_runs),
    )
    return tuple(_group(row, names[row.condition_id], known) for row in ordered)


def pooled(groups: Sequence[EnvironmentGroup]) -> tuple[tuple[EnvironmentGroup, ...], ...]:
    """The groups that a verdict mixes: of one condition, where it is routed of one member of it."""
    of_member: dict[tuple[str, str | None], list[EnvironmentGroup]] = defaultdict(list)
    for group in groups:
        if group.is_known:
            of_member[group.condition, group.routed_to].append(group)
    return tuple(tuple(members) for members in of_member.values() if len(members) > 1)


def pooled_sentences(groups: Sequence[EnvironmentGroup]) -> tuple[Sentence, ...]:
    """How the pooled ones differ, and what each of them shows."""
    return tuple(_pooled_sentence(members) for members in pooled(groups))


def _pooled_sentence(members: Sequence[EnvironmentGroup]) -> Sentence:
    condition, routed_to = members[0].condition, members[0].routed_to
    parts = sorted(_differing(members))
    what = _after_another([_each(member, parts) for member in members])
    facts: dict[str, object] = {"condition": condition, "n": len(members), "what": what}
    if routed_to is None:
        return Sentence(key="environment.pooled", facts=facts)
    facts["member"] = routed_to.partition("@")[0]
    return Sentence(key="environment.pooled_routed", facts=facts)


def origin_sentence(found: CampaignEvidence) -> Sentence | None:
    """How many runs of the other origin are in no verdict; None where there are none."""
    if not found.n_runs_other_origin:
        return None
    kind = "sandbox" if found.is_sandbox else "live"
    facts = {"n": formats.count(found.n_runs_other_origin)}
    return Sentence(key=f"environment.other_origin.{kind}", facts=facts)


def _told_apart(
    kinds: Sequence[FingerprintKind],
) -> tuple[list[dict[str, str]], dict[int, int]]:
    """What is known of each environment, and which fingerprint is of which."""
    known: list[dict[str, str]] = [{}]  # the first: nothing is known of it
    environment_of: dict[int, int] = {}
    for kind in kinds:
        told = _told(kind.fingerprint)
        place = next((i for i, one in enumerate(known) if i and _agree(one, told)), None)
        if not told:
            place = 0
        elif place is None:
            place = len(known)
            known.append({})
        known[place] |= told
        environment_of[kind.mark] = place
    return known, environment_of


def _told(fingerprint: Mapping[str, Any]) -> dict[str, str]:
    device = {
        name: str(fingerprint[name]) for name in _OF_DEVICE if fingerprint.get(name) is not None
    }
    parts = {k: v for k, v in parts_of(fingerprint).items() if not k.startswith(_OF_CONDITION)}
    return {**parts, **device}


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """A cloud model's fingerprint and a GPU's share next to nothing and are not the same."""
    same_kind = ("device" in one) == ("device" in other)
    return same_kind and all(one[part] == other[part] for part in one.keys() & other.keys())


def _group(
    row: EnvironmentRuns, condition: str, known: Sequence[Mapping[str, str]]
) -> EnvironmentGroup:
    has_costs = row.n_ok and row.n_costed == row.n_runs and row.total_usd is not None
    return EnvironmentGroup(
        condition=condition,
        routed_to=row.routed_to,
        parts=known[row.environment or 0],
        n_runs=row.n_runs,
        n_ok=row.n_ok,
        n_costed=row.n_costed,
        cost_usd=float(row.total_usd or 0) / row.n_ok if has_costs else None,
        wall_time_s_median=row.wall_time_s_median,
        n_timed=row.n_timed,
        peak_mib_max=row.peak_mib_max,
        last_at=row.last_at,
    )


def _differing(members: Sequence[EnvironmentGroup]) -> set[str]:
    """Parts of which two members tell different things."""
    told: dict[str, set[str]] = defaultdict(set)
    for member in members:
        for part, value in member.parts.items():
            told[part].add(value)
    return {part for part, values in told.items() if len(values) > 1}


def _each(member: EnvironmentGroup, parts: Sequence[str]) -> Sentence:
    what = [
        Sentence(key="environment.part", facts={"name": _name(part), "value": member.parts[part]})
        for part in parts
        if part in member.parts
    ]
    facts = {
        "what": _after_another(what or [Sentence(key="environment.untold")]),
        "n_ok": formats.count(member.n_ok),
        "n": formats.count(member.n_runs),
    }
    return Sentence(key="environment.each", facts=facts)


def _name(part: str) -> Sentence | str:
    key = f"health.part.{part}"
    return Sentence(key=key) if texts.has_key(key) else part.rpartition(".")[2]


def _after_another(parts: Sequence[Sentence]) -> Sentence:
    listed = parts[-1]
    for part in reversed(parts[:-1]):
        listed = Sentence(key="environment.list", facts={"first": part, "rest": listed})
    return listed
