"""Which of a campaign's runs count together: the live ones, or those of the sandbox."""

from collections.abc import Collection

from videogen.domain.run import Origin


def choose_origin(origins: Collection[Origin | None]) -> Origin:
    """Live as soon as one run is live: what is measured outweighs what is played."""
    if Origin.LIVE in origins or Origin.SANDBOX not in origins:
        return Origin.LIVE
    return Origin.SANDBOX


def kept_origins(origins: Collection[Origin | None], chosen: Origin) -> set[Origin | None]:
    """Those that no back end ever took count only where there is one origin."""
    return {chosen, None} if set(origins) - {None} <= {chosen} else {chosen}
