"""The SOS parameter: how widely a panel's votes spread for the MOS that they give."""

from enum import StrEnum

from videogen.analysis.score_matrix import Scores, score_matrix

NOISY_ABOVE = 0.3  # ours; published panels: NFLX 0.198, VQEG-HD3 0.194
ONE_VOICE_BELOW = 0.05


class SosHealth(StrEnum):
    USUAL = "usual"
    NOISY = "noisy"  # the raters see different things, or click at random
    ONE_VOICE = "one_voice"  # the raters copy each other, or vote by one rule


def sos_parameter(raw: Scores) -> float | None:
    """`a` of SOS^2 = a (-MOS^2 + 6 MOS - 5), by least squares over the clips.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing.

    Returns:
        0 (everybody agrees) to 1 (only 1s and 5s), slightly above with few raters; None when no
        clip with two votes has a MOS between 1 and 5.

    Source: Hossfeld, Schatz, Egger 2011, SOS: the MOS is not enough; sample standard deviations.
    """
    import numpy as np

    scores = score_matrix(raw)
    is_present = ~np.isnan(scores)
    n = is_present.sum(axis=1)
    scores, is_present, n = scores[n > 1], is_present[n > 1], n[n > 1]
    mos = np.where(is_present, scores, 0.0).sum(axis=1) / n
    rest = np.where(is_present, scores - mos[:, None], 0.0)
    variance = (rest**2).sum(axis=1) / (n - 1)
    widest = (mos - 1) * (5 - mos)
    squares = float((widest**2).sum())
    return float((widest * variance).sum()) / squares if squares > 1e-18 else None


def sos_health(parameter: float | None) -> SosHealth | None:
    """A light beside the panel's figures, never a reason to leave anybody out."""
    if parameter is None:
        return None
    if parameter > NOISY_ABOVE:
        return SosHealth.NOISY
    return SosHealth.ONE_VOICE if parameter < ONE_VOICE_BELOW else SosHealth.USUAL
