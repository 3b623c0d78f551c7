"""What would flip a verdict at the least cost."""

from videogen.evidence.flips import CriterionFlip, flips

__all__ = ["CriterionFlip", "flips"]
