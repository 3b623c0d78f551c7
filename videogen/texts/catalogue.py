"""The gettext catalogues, read once: locale/en and locale/th, one .po file per room."""

import functools
from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("en", "th")
LOCALE_FOLDER = Path(__file__).with_name("locale")


def t(key: str, language: str, **facts: object) -> str:
    """The sentence under `key`, its {facts} filled in.

    Raises: KeyError: no catalogue has the key; a test holds that this cannot happen.
    """
    sentence = _catalogue(language if language in LANGUAGES else "en")[key]
    return sentence.format(**facts) if facts else sentence


def has_key(key: str) -> bool:
    return key in _catalogue("en")


def keys(language: str) -> frozenset[str]:
    return frozenset(_catalogue(language))


@functools.cache
def _catalogue(language: str) -> Mapping[str, str]:
    sentences: dict[str, str] = {}
    for path in sorted((LOCALE_FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    sentences[str(message.id)] = str(message.string)
    return sentences
