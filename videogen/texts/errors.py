"""An error's sentences: what happened and what to do."""

from videogen.errors import VideogenError
from videogen.texts.catalogue import has_key, t


def error_message(error: VideogenError, language: str) -> str:
    return error.words.message if error.words else _sentence(error.message_key, error, language)


def error_hint(error: VideogenError, language: str) -> str:
    return error.words.hint if error.words else _sentence(error.hint_key, error, language)


def _sentence(key: str, error: VideogenError, language: str) -> str:
    if not has_key(key):
        key = "error.internal." + key.rsplit(".", 1)[1]
    unknown = t("error.unknown_fact", language)
    known = {"field": error.field, "value": error.value, **error.facts}
    facts = {name: unknown if fact is None else fact for name, fact in known.items()}
    return t(key, language, **facts)
