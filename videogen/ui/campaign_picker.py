"""Which campaign a page is about: the address says it, so that a view is a link."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.ui.language import t

NAME = "campaign"  # in the address
KEY = "picked_campaign"


def ask_campaign(
    campaigns: Sequence[Campaign],
    *,
    label_visibility: Literal["visible", "collapsed"] = "visible",
    width: int | Literal["stretch"] = "stretch",
    dropped: Sequence[str] = (),
) -> Campaign:
    """The address's campaign, else the first; the picker is drawn where there are several.

    Whatever of the address is `dropped` means nothing in another campaign.
    """
    named = {one.campaign_id: one for one in campaigns}
    asked = st.query_params.get(NAME)
    chosen = asked if asked is not None and asked in named else campaigns[0].campaign_id
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
        format_func=lambda key: named[key].name,
        label_visibility=label_visibility,
        key=KEY,
        on_change=write,
        width=width,
    )
    return named[chosen]
