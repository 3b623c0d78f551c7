"""Veo on Vertex AI through Google's own SDK, which is imported at the first call only."""

from videogen.backends.google.client import VertexBackend
from videogen.backends.google.profiles import ModelProfile, load_profiles

__all__ = ["ModelProfile", "VertexBackend", "load_profiles"]
