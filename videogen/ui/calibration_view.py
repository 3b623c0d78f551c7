"""After the round: how this rater saw the clips beside the others. A mirror, not a mark."""

import streamlit as st

from videogen import store
from videogen.domain.conduct import RaterConduct
from videogen.evidence.calibration import N_OTHERS_MIN, Calibration, load_calibration
from videogen.panel import sessions
from videogen.panel.open_round import rating_in_progress
from videogen.store import OwnAgainstOthers
from videogen.ui import formats, loaders, markup, panel_loaders
from videogen.ui.language import t

AS_THE_OTHERS = 0.15  # of a score: below it nobody would notice a leaning
STEADY = 0.5  # of a score between a clip and its repeat


def show(campaign_id: str, rater_id: str) -> None:
    """Nothing while the round is open: the others' scores would colour those that are left."""
    known = {one.rater_id: one.name for one in store.raters(loaders.application().database)}
    campaign = store.get_campaign(loaders.application().database, campaign_id)
    name = known.get(rater_id)
    if name is None or rating_in_progress(loaders.application().database, campaign, name):
        return
    if not _is_closed(campaign_id, rater_id):
        _offer(campaign_id, rater_id)
        return
    standing = panel_loaders.standing(campaign_id)
    conduct = {one.screened.rater_id: one.screened.conduct for one in standing.raters}
    own = conduct.get(rater_id)
    if own is None or not own.n_test:
        return
    st.header(t("calibration.title"))
    found = load_calibration(
        loaders.application().database,
        campaign,
        rater_id,
        standing.origin,
        left_out=[one.screened.rater_id for one in standing.left_out],
    )
    if found is None:
        st.caption(t("calibration.too_early", n=N_OTHERS_MIN))
        _show_own(own)
        return
    st.markdown(markup.as_text(_bias_words(found.bias)))
    _show_own(own)
    _show_steps(found)
    _show_far_apart(found)


def _is_closed(campaign_id: str, rater_id: str) -> bool:
    exits = store.round_exits(loaders.application().database, campaign_id)
    return rater_id in {one.rater_id for one in exits}


def _offer(campaign_id: str, rater_id: str) -> None:
    """Seeing the others' scores ends taking ratings back: a second one would not be blind."""
    st.header(t("calibration.title"))
    st.caption(t("calibration.offer_note"))
    if st.button(t("calibration.offer"), icon=":material/insights:", key="calibration_offer"):
        database = loaders.application().database
        sessions.leave_round(database, campaign_id, rater_id, loaders.now())
        st.rerun()


def _bias_words(bias: float) -> str:
    if abs(bias) < AS_THE_OTHERS:
        return t("calibration.bias_none")
    key = "calibration.bias_stricter" if bias < 0 else "calibration.bias_kinder"
    return t(key, bias=f"{abs(bias):.1f}")


def _show_own(own: RaterConduct) -> None:
    """What needs nobody else: steadiness on repeats, and clips whose score is known."""
    facts: list[tuple[str, str, str | None]] = []
    if own.repeat_difference is not None:
        is_steady = own.repeat_difference <= STEADY
        facts.append(
            (
                t("calibration.repeats"),
                t("calibration.apart", difference=f"{own.repeat_difference:.1f}"),
                t(f"calibration.repeats_{'steady' if is_steady else 'vary'}", n=own.n_repeats),
            )
        )
    if own.n_gold:
        said = t("panel.of", n=own.n_gold_within, n_all=own.n_gold)
        facts.append((t("calibration.gold"), said, t("calibration.gold_note")))
    if facts:
        st.html(markup.facts(facts))


def _show_steps(found: Calibration) -> None:
    st.subheader(t("calibration.steps"))
    st.caption(t("calibration.steps_note", n_clips=formats.count(found.n_clips)))
    heads = [t(f"calibration.head.{name}") for name in ("own", "clips", "others")]
    rows = [
        (
            f"<b>{one.own_score}</b> {markup.esc(t(f'rate.score_{one.own_score}'))}",
            markup.esc(formats.count(one.n_clips)),
            markup.esc(formats.score(one.others_mean)),
        )
        for one in reversed(found.steps)
    ]
    st.html(markup.table(heads, rows, numeric=(1, 2)))


def _show_far_apart(found: Calibration) -> None:
    """To be looked at again; what made a clip stays unsaid."""
    if not found.far_apart:
        st.caption(t("calibration.none_far"))
        return
    st.subheader(t("calibration.far"))
    st.caption(t("calibration.far_note"))
    figures = "".join(_figure(place, one) for place, one in enumerate(found.far_apart, start=1))
    st.html(f'<div class="vg vg-replays">{figures}</div>')


def _figure(place: int, one: OwnAgainstOthers) -> str:
    said = t(
        "calibration.clip",
        own=one.own_score,
        others=formats.score(one.others_mean),
        n_others=one.n_others,
    )
    source = loaders.application().blind_clip_url(one.presentation_id)
    label = t("calibration.clip_label", place=place)
    return (
        f'<figure><video class="vg-clip" controls loop muted playsinline preload="metadata" '
        f'src="{markup.esc(source)}" aria-label="{markup.esc(label)}"></video>'
        f"<figcaption>{markup.esc(said)}</figcaption></figure>"
    )
