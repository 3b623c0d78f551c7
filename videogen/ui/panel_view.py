"""How far the panel is: who has rated what, who is left out by which rule, whom to remind."""

from urllib.parse import urlsplit

import streamlit as st

from videogen import texts
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.domain.campaign import Campaign
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.ui import (
    formats,
    language,
    markup,
    notices,
    panel_exchange,
    panel_loaders,
    parts,
    screening_words,
)
from videogen.ui.language import t
from videogen.ui.panel_loaders import PanelStanding, RaterStanding

REFRESH_S = 10
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # where only this machine finds the page
SHORT_HASH = 12
SAID_BY = ("th", "en")  # the reminder's languages: nobody knows which one its reader speaks


def show(campaign: Campaign) -> None:
    standing = panel_loaders.standing(campaign.campaign_id)
    if standing.origin is Origin.SANDBOX and standing.raters:
        notices.show_sandbox_note("panel.sandbox")
    if not standing.n_clips:
        st.caption(t("panel.no_clips"))
        return
    parts.fragment(_live, run_every=REFRESH_S)(campaign.campaign_id)
    _remind(standing)
    _show_rules(standing)
    panel_exchange.show(campaign)


def _live(campaign_id: str) -> None:
    """Ratings come in while one looks."""
    standing = panel_loaders.standing(campaign_id)
    _headline(standing)
    if standing.raters:
        st.html(_table(standing))
    else:
        st.caption(t("panel.nobody"))


def _headline(standing: PanelStanding) -> None:
    words = t(
        "panel.headline",
        n_finished=len(standing.finished),
        n_planned=standing.campaign.planned_n_raters,
        n_clips=formats.count(standing.n_clips),
    )
    chips = []
    if standing.is_informal:
        said = t("panel.informal", n_raters=standing.n_in_verdict)
        chips.append(markup.chip(said, "warn", icon_name="warn"))
    lines = [*_missing(standing), *_remarks(standing)]
    items = "".join(f"<li>{markup.esc(line)}</li>" for line in lines)
    st.html(
        f'<div class="vg vg-live" aria-live="polite"><p><b>{markup.esc(words)}</b>'
        f"<span>{' '.join(chips)}</span></p>{markup.progress(standing.share_rated, words)}"
        f'<div class="vg-small vg-gap"><ul class="vg-plainlist">{items}</ul></div></div>'
    )


def _missing(standing: PanelStanding) -> list[str]:
    """What is left to do, in words; who has left a round is asked for nothing more."""
    found = []
    if standing.n_raters_missing:
        found.append(_counted("panel.missing_raters", standing.n_raters_missing))
    unfinished = [
        t(
            "panel.unfinished_rater",
            name=one.screened.name,
            n_left=formats.count(one.n_left),
            minutes=standing.minutes_left(one),
        )
        for one in standing.unfinished
    ]
    if unfinished:
        found.append(t("panel.unfinished", raters=", ".join(unfinished)))
    return found or [t("panel.missing_nothing")]


def _remarks(standing: PanelStanding) -> list[str]:
    found = []
    if standing.n_begun:
        found.append(_counts(standing))
    if standing.is_informal and standing.counting:
        found.append(t("panel.informal_why", n=N_RATERS_FORMAL))
    if standing.left_out:
        found.append(_counted("panel.left_out", len(standing.left_out)))
    if standing.unscreened:
        names = ", ".join(one.screened.name for one in standing.unscreened)
        found.append(t("panel.unscreened", names=names))
    return found


def _counts(standing: PanelStanding) -> str:
    n_counting = _counted("panel.n_counting", standing.n_in_verdict)
    return f"{n_counting} {_counted('panel.n_begun', standing.n_begun)}"


def _table(standing: PanelStanding) -> str:
    heads = [t(f"panel.head.{name}") for name in HEADS]
    rows = [_row(one) for one in standing.raters]
    return markup.table(heads, rows)


HEADS = ("rater", "rated", "seen", "pace", "gold", "trap", "repeats", "screening")


def _row(one: RaterStanding) -> tuple[str, ...]:
    conduct, spoken = one.screened.conduct, language.current()
    return (
        _who(one),
        _progress(one),
        markup.esc(formats.moment(conduct.last_rated_at, spoken, language.zone())),
        markup.esc(formats.seconds(conduct.seconds_per_rating, spoken)),
        _of(conduct.n_gold_within, conduct.n_gold),
        _of(conduct.n_traps - conduct.n_traps_missed, conduct.n_traps),
        _repeats(one),
        _screening(one),
    )


def _who(one: RaterStanding) -> str:
    conduct = one.screened.conduct
    chips = ""
    if conduct.kind is RaterKind.SIMULATED:
        chips = f' <span class="vg-chip vg-sandbox">{markup.esc(t("panel.simulated"))}</span>'
    sub = _counted("panel.sessions", conduct.n_sessions)
    if one.has_left:
        sub = f"{sub} · {t('panel.has_left')}"
    return f"<b>{markup.esc(conduct.name)}</b>{chips}{_sub(sub)}{_viewing(one)}"


def _viewing(one: RaterStanding) -> str:
    """On demand: how the newest session was viewed."""
    if not one.answers:
        return ""
    said = "".join(
        f"<li>{markup.esc(language.t_or(f'rate.viewing_{name}', name))}: "
        f"{markup.esc(language.t_or(f'rate.viewing_{name}_{answer}', answer))}</li>"
        for name, answer in one.answers.items()
    )
    return (
        f'<details class="vg-small"><summary>{markup.esc(t("panel.viewing"))}</summary>'
        f'<ul class="vg-plainlist">{said}</ul></details>'
    )


def _progress(one: RaterStanding) -> str:
    n_test = min(one.screened.conduct.n_test, one.n_clips)
    words = t("panel.rated_of", n_rated=formats.count(n_test), n_clips=formats.count(one.n_clips))
    share = n_test / one.n_clips if one.n_clips else 0.0
    label = f"{one.screened.name}: {words}"
    return f'{markup.esc(words)}<span class="vg-small">{markup.progress(share, label)}</span>'


def _of(n_right: int, n_shown: int) -> str:
    if not n_shown:
        return formats.UNKNOWN
    return markup.esc(t("panel.of", n=n_right, n_all=n_shown))


def _repeats(one: RaterStanding) -> str:
    conduct = one.screened.conduct
    if conduct.repeat_difference is None:
        return formats.UNKNOWN
    said = t("panel.repeats", difference=f"{conduct.repeat_difference:.1f}")
    return f"{markup.esc(said)}{_sub(t('panel.n_repeats', n=conduct.n_repeats))}"


def _screening(one: RaterStanding) -> str:
    """A word, an icon and the reasons: colour never says it alone."""
    findings = one.screened.findings
    if findings:
        key = "panel.is_left_out" if one.screened.is_left_out else "panel.would_be_left_out"
        tone = "fail" if one.screened.is_left_out else "warn"
        reasons = "".join(_sub(screening_words.sentence(finding)) for finding in findings)
        drawn = markup.chip(t(key), tone, icon_name=tone)
        return f'<div class="wrap">{drawn}{reasons}</div>'
    if not one.screened.conduct.n_rated:
        return markup.chip(t("panel.not_begun"), "plain", icon_name="not_applicable")
    if one.screened.screening.is_unscreened:
        drawn = markup.chip(t("panel.is_unscreened"), "not_yet", icon_name="not_applicable")
        return f'<div class="wrap">{drawn}{_sub(t("panel.unscreened_why"))}</div>'
    return markup.chip(t("panel.meets_rules"), "pass", icon_name="pass")


def _remind(standing: PanelStanding) -> None:
    """Words to copy into whatever the team talks in, in both languages."""
    unfinished = {one.screened.rater_id: one for one in standing.unfinished}
    if not unfinished:
        return
    st.header(t("panel.remind"))
    chosen = next(iter(unfinished))
    if len(unfinished) > 1:
        picked = st.selectbox(
            t("panel.remind_whom"),
            list(unfinished),
            format_func=lambda key: unfinished[key].screened.name,
            key=f"panel_remind_{standing.campaign.campaign_id}",
            width=360,
        )
        chosen = picked if picked in unfinished else chosen
    with st.container(key="panel_reminder"):
        for column, spoken in zip(st.columns(len(SAID_BY)), SAID_BY, strict=True):
            said = reminder(standing, unfinished[chosen], spoken, address=_rate_address())
            with column:
                st.caption(texts.t("panel.reminder_language", spoken))
                st.code(said, language=None, wrap_lines=True)
        if is_only_here(_rate_address()):
            st.caption(t("panel.reminder_here"))


def reminder(standing: PanelStanding, rater: RaterStanding, spoken: str, *, address: str) -> str:
    return texts.t(
        "panel.reminder",
        spoken,
        name=rater.screened.name,
        campaign=standing.campaign.name,
        n_left=formats.count(rater.n_left),
        minutes=standing.minutes_left(rater),
        address=address,
    )


def _rate_address() -> str:
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}/rate" if parts.netloc else "/rate"


def is_only_here(address: str) -> bool:
    """Whether nobody at another machine can open it."""
    return urlsplit(address).hostname in LOOPBACK


def _show_rules(standing: PanelStanding) -> None:
    """What was fixed before anybody rated; nobody can be left out by hand."""
    campaign, rules = standing.campaign, standing.rules
    st.header(t("panel.rules"))
    if campaign.screening_version is None:
        st.caption(t("panel.rules_not_registered"))
    else:
        sha256 = campaign.preregistration_sha256
        key = "panel.rules_registered" if sha256 else "panel.rules_to_be_registered"
        short = (sha256 or "")[:SHORT_HASH]
        said = t(key, version=campaign.screening_version, sha256=short)
        st.caption(markup.as_text(said))
    lines = [
        t("screening.rule.trap_missed"),
        t(
            "screening.rule.gold_missed",
            within=rules.gold_within,
            share=formats.percent(rules.gold_share_min),
        ),
        t("screening.rule.straight_lining", variance=rules.variance_min, n=rules.n_ratings_min),
        t("screening.rule.incomplete_playback"),
        t(
            "screening.rule.inconsistent",
            ratio=rules.inconsistency_max_ratio,
            n_raters=rules.n_raters_min_for_inconsistency,
            n=rules.n_ratings_min,
        ),
    ]
    items = "".join(f"<li>{markup.esc(line)}</li>" for line in lines)
    st.html(f'<div class="vg vg-advice"><ul>{items}</ul></div>')
    names = ", ".join(standing.bt500_names)
    key = "panel.bt500" if names else "panel.bt500_nobody"
    st.caption(markup.as_text(t(key, names=names)))


def _counted(key: str, n: int) -> str:
    return t(f"{key}_one" if n == 1 else key, n=n)


def _sub(text: str) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>'
