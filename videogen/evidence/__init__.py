"""From stored rows to evidence, and from a decision to what people read."""

from videogen.evidence.claims import Claim, claims_of, load_claims
from videogen.evidence.estimate import Estimate, EstimateSource, estimate
from videogen.evidence.loading import CampaignEvidence, load_evidence
from videogen.evidence.matrix import MatrixRow, Measured, Role, comparison_matrix
from videogen.evidence.verdict import Sentence, verdict_sentences, verdict_text

__all__ = [
    "CampaignEvidence",
    "Claim",
    "Estimate",
    "EstimateSource",
    "MatrixRow",
    "Measured",
    "Role",
    "Sentence",
    "claims_of",
    "comparison_matrix",
    "estimate",
    "load_claims",
    "load_evidence",
    "verdict_sentences",
    "verdict_text",
]
