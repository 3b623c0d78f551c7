"""WAN and other models on Replicate, over plain HTTP."""

from videogen.backends.replicate.client import ReplicateBackend
from videogen.backends.replicate.profiles import ModelProfile, load_profiles

__all__ = ["ModelProfile", "ReplicateBackend", "load_profiles"]
