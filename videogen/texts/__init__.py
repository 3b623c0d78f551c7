"""Every sentence a person reads, by key, in Thai and English."""

from videogen.texts.catalogue import LANGUAGES, has_key, keys, t
from videogen.texts.errors import error_hint, error_message

__all__ = ["LANGUAGES", "error_hint", "error_message", "has_key", "keys", "t"]
