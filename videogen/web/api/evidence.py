"""What a campaign's decision is made from, and the decision itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path

from videogen.analysis import decide
from videogen.analysis.exchange import decision_to_json, rows_to_json
from videogen.domain.access import Permission
from videogen.domain.decision import Evidence, EvidenceRows
from videogen.evidence import CampaignEvidence, load_evidence
from videogen.evidence.rows import load_rows
from videogen.evidence.verdict import verdict_sentences
from videogen.web.api import reading_examples as examples
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.documented import answered
from videogen.web.api.door import router as door_router
from videogen.web.blindness import see_campaign

router = door_router("results")

VERDICT = {"enum": ["go", "no_go", "not_yet"]}
EVIDENCE = {
    "type": "object",
    "properties": {
        "candidates": {"type": "array", "items": {"type": "string"}},
        "criteria": {"type": "object"},
        "planned": {"type": ["object", "null"]},
        "conditions": {"type": "object", "additionalProperties": {"type": "object"}},
    },
    "required": ["candidates", "criteria", "planned", "conditions"],
}
DECISION = {
    "type": "object",
    "properties": {
        "verdict": VERDICT,
        "provisional_verdict": {"enum": [*VERDICT["enum"], None]},
        "conditions": {"type": "object", "additionalProperties": {"type": "object"}},
        "campaign_id": {"type": "string"},
        "origin": {"enum": ["live", "sandbox"]},
        "criteria_version": {"type": "integer"},
        "sentences": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["verdict", "provisional_verdict", "conditions", "campaign_id", "origin"],
}
CampaignId = Annotated[str, Path(max_length=100)]


@router.get(
    "/campaigns/{campaign_id}/evidence",
    operation_id="show_evidence",
    responses={200: answered(EVIDENCE, examples.EVIDENCE, "As `decide` reads it")},
)
def show_evidence(asked: Asks, campaign_id: CampaignId) -> Any:
    """Every run and gate rating that counts: what `decide` makes the same decision from."""
    see_campaign(asked.application, asked.person, campaign_id)
    database = asked.application.database
    with database.snapshot():
        found = load_evidence(database, campaign_id)
        rows = load_rows(database, found)
    told = rows_to_json(_rows_named(rows, _names(asked, found)))
    return {**told, "campaign_id": campaign_id, "origin": found.origin.value}


@router.get(
    "/campaigns/{campaign_id}/decision",
    operation_id="show_decision",
    responses={200: answered(DECISION, examples.DECISION, "As `decide` tells it")},
)
def show_decision(asked: Asks, campaign_id: CampaignId) -> Any:
    """Go, No-Go or Not-yet as of now, by condition and criterion, with what would decide it."""
    see_campaign(asked.application, asked.person, campaign_id)
    database = asked.application.database
    with database.snapshot():
        found = load_evidence(database, campaign_id)
    names = _names(asked, found)
    evidence = _named(found.evidence, names)
    decision = decide(evidence)
    said = verdict_sentences(evidence, decision)
    return {
        **decision_to_json(decision, asked.language),
        "campaign_id": campaign_id,
        "origin": found.origin.value,
        "criteria_version": evidence.criteria.version,
        "n_raters": found.n_raters,
        "n_raters_simulated": found.n_raters_simulated,
        "n_runs_in_progress": found.n_runs_in_progress,
        "n_ratings_left_out": found.n_ratings_left_out,
        "raters_left_out": [
            {
                "rater": names.get(one.name, one.name),
                "rules": [finding.reason.value for finding in one.findings],
            }
            for one in found.raters_left_out
        ],
        "sentences": [one.say(asked.language) for one in said],
    }


def _names(asked: Asked, found: CampaignEvidence) -> Mapping[str, str]:
    """What stands in place of each rater's name."""
    if asked.may(Permission.SEE_RATERS):
        return {name: name for name in found.rater_numbers}
    return {name: f"R{number}" for name, number in found.rater_numbers.items()}


def _named(evidence: Evidence, names: Mapping[str, str]) -> Evidence:
    """With other names before anything is made of them: reasons quote who was left out."""
    conditions = tuple(
        one
        if one.opinions is None
        else replace(
            one, opinions=replace(one.opinions, rater_names=_told(one.opinions.rater_names, names))
        )
        for one in evidence.conditions
    )
    return replace(evidence, conditions=conditions)


def _rows_named(rows: EvidenceRows, names: Mapping[str, str]) -> EvidenceRows:
    conditions = tuple(
        one
        if one.ratings is None
        else replace(
            one, ratings=replace(one.ratings, rater_names=_told(one.ratings.rater_names, names))
        )
        for one in rows.conditions
    )
    return replace(rows, conditions=conditions)


def _told(known: tuple[str, ...] | None, names: Mapping[str, str]) -> tuple[str, ...] | None:
    return None if known is None else tuple(names[name] for name in known)
