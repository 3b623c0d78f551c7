"""Who of a campaign's panel is left out by the rules that it registered, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from videogen.domain.campaign import Campaign
from videogen.domain.conduct import RaterConduct
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.evidence import gate
from videogen.rating.screening import (
    RULES,
    SCREENING_VERSION,
    Screening,
    ScreeningFinding,
    ScreeningRules,
    otherwise_kept,
    screen,
)
from videogen.store import Database, GateOpinions, gate_opinions, rater_conduct


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedRater:
    """One rater, how they rated, and what the rules say of it."""

    conduct: RaterConduct
    screening: Screening
    # sd of the rater's noise; None: too few raters to tell, or left out for another reason
    inconsistency: float | None
    is_left_out: bool  # not so where the campaign registered no rules: then they only inform

    @property
    def rater_id(self) -> str:
        return self.conduct.rater_id

    @property
    def name(self) -> str:
        return self.conduct.name

    @property
    def findings(self) -> tuple[ScreeningFinding, ...]:
        return self.screening.findings


def rules_of(campaign: Campaign) -> ScreeningRules:
    """The rules that the campaign registered, else the newest, for information."""
    return RULES[campaign.screening_version or SCREENING_VERSION]


def screened_panel(
    database: Database,
    campaign: Campaign,
    origin: Origin,
    *,
    opinions: GateOpinions | None = None,
) -> tuple[ScreenedRater, ...]:
    """Everybody with a session in the campaign, by name; simulated raters for the sandbox only.

    Args: opinions: the campaign's, where the caller has read them already.
    """
    rules = rules_of(campaign)
    panel = [
        one
        for one in rater_conduct(
            database,
            campaign.campaign_id,
            origin,
            gold_within=rules.gold_within,
            n_ratings_min=rules.n_ratings_min,
        )
        if origin is Origin.SANDBOX or one.kind is RaterKind.HUMAN
    ]
    noise: Mapping[str, float] = {}
    kept = otherwise_kept([one for one in panel if one.n_test], rules)
    if len(kept) >= rules.n_raters_min_for_inconsistency:
        if opinions is None:
            opinions = gate_opinions(database, campaign.campaign_id)
        noise = _inconsistency(gate.of_origin(opinions, origin), kept)
    is_registered = campaign.screening_version is not None
    return tuple(
        ScreenedRater(
            conduct=one,
            screening=said,
            inconsistency=noise.get(one.rater_id),
            is_left_out=is_registered and said.is_excluded,
        )
        for one, said in zip(panel, screen(panel, noise, rules), strict=True)
    )


def _inconsistency(opinions: GateOpinions, rater_ids: Iterable[str]) -> Mapping[str, float]:
    """By rater_id, the sd of the noise that ITU-T P.910's subject model finds."""
    from videogen.analysis.p910 import fit_p910

    columns = sorted(rater_ids)
    fit = fit_p910(gate.score_matrix(opinions, columns))
    found = zip(columns, fit.inconsistency, strict=True)
    return {rater_id: noise for rater_id, noise in found if noise is not None}
