"""Which campaign a page is about: the address says it, so that a view is a link."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.ui import formats, language
from videogen.ui.language import t

NAME = "campaign"  # in the address
KEY = "picked_campaign"
LAST = "last_campaign"  # of this visit: the navigation drops the address, not what one looks at


def labels(campaigns: Sequence[Campaign]) -> dict[str, str]:
    """Names by id; with the day and time where two share one, and the id where even that is one."""
    said = {one.campaign_id: one.name for one in campaigns}
    spoken, zone = language.current(), language.zone()
    for tell in (
        lambda one: formats.moment(one.created_at, spoken, zone),
        lambda one: one.campaign_id[:8],
    ):
        shared = Counter(said.values())
        for one in campaigns:
            label = said[one.campaign_id]
            if shared[label] > 1:
                said[one.campaign_id] = f"{label} · {tell(one)}"
    return said


def ask_campaign(
    campaigns: Sequence[Campaign],
    *,
    label_visibility: Literal["visible", "collapsed"] = "visible",
    width: int | Literal["stretch"] = "stretch",
    dropped: Sequence[str] = (),
) -> Campaign:
    """The address's campaign, else the last one looked at, else the first.

    The picker is drawn where there are several.

    Whatever of the address is `dropped` means nothing in another campaign.
    """
    named = {one.campaign_id: one for one in campaigns}
    asked = st.query_params.get(NAME)
    known = [one for one in (asked, st.session_state.get(LAST)) if one in named]
    chosen = str([*known, campaigns[0].campaign_id][0])
    st.session_state[LAST] = chosen
    if asked != chosen:
        st.query_params[NAME] = chosen
    if len(campaigns) == 1:
        return named[chosen]
    st.session_state[KEY] = chosen

    def write() -> None:
        for name in dropped:
            st.query_params.pop(name, None)
        st.query_params[NAME] = st.session_state[KEY]

    st.selectbox(
        t("compare.campaign"),
        list(named),
        format_func=labels(campaigns).__getitem__,
        label_visibility=label_visibility,
        key=KEY,
        on_change=write,
        width=width,
    )
    return named[chosen]
