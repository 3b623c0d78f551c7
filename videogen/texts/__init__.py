"""Every sentence a person reads, by key, in Thai and English."""

from videogen.texts.catalogue import LANGUAGES, has_key, keys, t
from videogen.texts.errors import error_hint, error_message
from videogen.texts.failures import FailureAdvice, failure_advice

__all__ = [
    "LANGUAGES",
    "FailureAdvice",
    "error_hint",
    "error_message",
    "failure_advice",
    "has_key",
    "keys",
    "t",
]
