"""From stored rows to evidence, and from a decision to what people read."""

from videogen.evidence.claims import Claim, claims_of, load_claims
from videogen.evidence.estimate import Estimate, EstimateSource, estimate
from videogen.evidence.health import (
    Creep,
    Drift,
    changes_text,
    creep_text,
    drift,
    drift_text,
    memory_creep,
)
from videogen.evidence.loading import CampaignEvidence, load_evidence
from videogen.evidence.matrix import MatrixRow, Measured, Role, comparison_matrix
from videogen.evidence.opinions import CampaignOpinions, ConditionOpinions, campaign_opinions
from videogen.evidence.verdict import Sentence, verdict_sentences, verdict_text

__all__ = [
    "CampaignEvidence",
    "CampaignOpinions",
    "Claim",
    "ConditionOpinions",
    "Creep",
    "Drift",
    "Estimate",
    "EstimateSource",
    "MatrixRow",
    "Measured",
    "Role",
    "Sentence",
    "campaign_opinions",
    "changes_text",
    "claims_of",
    "comparison_matrix",
    "creep_text",
    "drift",
    "drift_text",
    "estimate",
    "load_claims",
    "load_evidence",
    "memory_creep",
    "verdict_sentences",
    "verdict_text",
]
