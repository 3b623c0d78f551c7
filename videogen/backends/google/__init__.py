"""Veo and Gemini Omni through Google's own SDK, which is imported at the first call only."""

from videogen.backends.google.omni import InteractionsBackend
from videogen.backends.google.profiles import ModelProfile, RetirementWarning, load_profiles
from videogen.backends.google.veo import VertexBackend

__all__ = [
    "InteractionsBackend",
    "ModelProfile",
    "RetirementWarning",
    "VertexBackend",
    "load_profiles",
]
