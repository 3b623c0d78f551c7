"""A router's answer as JSON, with what its figures are made of."""

from typing import Any

from videogen.routing import Ranked, Rejection, Routing, sentence
from videogen.texts import t


def route_answer(found: Routing, language: str, *, basis: str = "none") -> dict[str, Any]:
    """Args: basis: why nothing measured counts, where nothing does; a key of texts."""
    key = "measured" if found.measured else basis
    return {
        "chosen": found.chosen,
        "reason": sentence(found.reason, language),
        "fallbacks": found.fallbacks,
        "rejected": [_told(each, language) for each in found.rejected],
        "ranked": [_told(each, language) for each in found.ranked],
        "rules_version": found.rules_version,
        "basis": {
            "source": "measured" if found.measured else "claims",
            "note": t(f"cli.route.basis_{key}", language, n=len(found.measured)),
            "conditions": {
                name: {"n_runs": one.n_runs, "n_raters": one.n_raters}
                for name, one in found.measured.items()
            },
        },
    }


def _told(each: Ranked | Rejection, language: str) -> dict[str, str]:
    return {"condition": each.name, "reason": sentence(each.reason, language)}
