"""Every campaign with how far it is, the one that moves first in sight."""

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.domain.run import Origin
from videogen.ui import campaign_loaders, formats, language, links, loaders, markup, parts
from videogen.ui.campaign_loaders import CampaignProgress
from videogen.ui.language import t

REFRESH_S = 4


@parts.fragment(run_every=REFRESH_S)
def show_list() -> None:
    campaigns = loaders.campaigns()
    if not campaigns:
        st.caption(t("campaigns.empty"))
        return
    cards = "".join(_card(campaign) for campaign in campaigns)
    st.html(f'<div class="vg vg-campaigns">{cards}</div>')


def _card(campaign: Campaign) -> str:
    standing = campaign_loaders.progress(campaign.campaign_id)
    spoken = language.current()
    words = progress_words(standing)
    name = links.link("campaigns", campaign.name, campaign=campaign.campaign_id)
    decision = links.link("decision", t("campaigns.decision_link"), campaign=campaign.campaign_id)
    to_runs = links.link("runs", t("campaigns.runs_link"), campaign=campaign.campaign_id)
    by = t("campaigns.by", owner=campaign.owner, date=formats.day(campaign.created_at, spoken))
    failed = _failed_link(standing)
    return (
        f'<article class="vg-card"><div class="vg-card-top"><span>{name} {chips(standing)}</span>'
        f"<span>{decision} &nbsp; {to_runs}</span></div>"
        f'<p class="vg-line">{markup.esc(conditions_words(campaign))}</p>'
        f"{markup.progress(share_ended(standing), words)}"
        f'<p class="vg-line">{markup.esc(words)}{failed} · {markup.esc(by)}</p></article>'
    )


def share_ended(standing: CampaignProgress) -> float:
    return (standing.n_runs - standing.n_left) / standing.n_runs if standing.n_runs else 0.0


def progress_words(standing: CampaignProgress) -> str:
    """The answer first: how many ended, and when the rest will."""
    if not standing.n_runs:
        return t("campaigns.not_started")
    n_done = standing.n_runs - standing.n_left
    words = t("campaigns.progress_of", n_done=n_done, n_runs=standing.n_runs)
    if standing.n_left and standing.campaign.paused_at is None and not is_served(standing):
        return f"{words} · {t('campaigns.unserved')}"
    left = time_left(standing)
    return f"{words} · {t('campaigns.time_left', time=left)}" if left else words


def is_served(standing: CampaignProgress) -> bool:
    """A back end of its origin takes runs now."""
    return standing.origin is None or campaign_loaders.takes_runs_of(standing.origin)


def time_left(standing: CampaignProgress) -> str | None:
    """None where nobody knows, or nothing moves."""
    known = standing.left
    if known is None or standing.campaign.paused_at is not None or known.duration_high_s is None:
        return None
    scale = campaign_loaders.time_scale() if standing.origin is Origin.SANDBOX else None
    high_s = known.duration_high_s / (scale or 1.0)
    low_s = (known.duration_low_s or known.duration_high_s) / (scale or 1.0)
    spoken = language.current()
    at_least = bool(known.without_time)
    words = formats.seconds_range(low_s, high_s, spoken)
    return t("campaigns.at_least", time=words) if at_least else words


def chips(standing: CampaignProgress) -> str:
    found = []
    if standing.campaign.paused_at is not None:
        found.append(markup.chip(t("campaigns.paused"), "warn"))
    if standing.origin is Origin.SANDBOX:
        word = markup.esc(t("sandbox.short"))
        found.append(f'<span class="vg-chip vg-sandbox">{word}</span>')
    return " ".join(found)


def conditions_words(campaign: Campaign) -> str:
    labels = loaders.condition_labels()
    candidates = ", ".join(labels[key] for key in campaign.candidates)
    baselines = ", ".join(labels[key] for key in campaign.baselines)
    if not campaign.baselines:
        return t("campaigns.alone", candidates=candidates)
    return t("campaigns.against", candidates=candidates, baselines=baselines)


def _failed_link(standing: CampaignProgress) -> str:
    if not standing.n_failed:
        return ""
    word = t("campaigns.failed", n=standing.n_failed)
    link = links.link("runs", word, status="failed", campaign=standing.campaign.campaign_id)
    return f" · {link}"
