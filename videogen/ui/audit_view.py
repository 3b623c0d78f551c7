"""What the paper claims: its contradictions with their arithmetic, then every claim beside ours."""

from collections.abc import Sequence

import streamlit as st

from videogen.domain.money import Price
from videogen.evidence.claims import Claim
from videogen.evidence.paper.claims_audit import (
    AuditedClaim,
    ClaimWord,
    audit_claims,
    contradictions,
)
from videogen.evidence.paper.contradictions import Contradiction
from videogen.ui import answer_words, decision_loaders, links, markup
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

ICONS = {
    ClaimWord.HOLDS: "pass",
    ClaimWord.CONTRADICTED: "fail",
    ClaimWord.NOT_MEASURED: "not_yet",
}
ORDER = (ClaimWord.CONTRADICTED, ClaimWord.HOLDS, ClaimWord.NOT_MEASURED)
COLUMNS = ("claim", "stated", "recomputed", "published", "measured", "word")


def show(judged: Judged) -> None:
    answer_words.apply_style()
    case = judged.case
    claims = audit_claims(case)
    clashes = contradictions(case.claims, case.prices)
    st.header(t("audit.title"))
    st.html(_answer(claims, clashes, is_sandbox=case.found.is_sandbox))
    st.subheader(t("audit.clashes"))
    st.html(_clashes(clashes))
    with st.expander(t("audit.show_all", n=len(claims))):
        st.caption(t("audit.table_note"))
        st.html(_table(claims, judged.found.campaign.campaign_id))


def _answer(
    claims: Sequence[AuditedClaim], clashes: Sequence[Contradiction], *, is_sandbox: bool
) -> str:
    words = [one.word for one in claims]
    said = t(
        "audit.answer",
        n_clashes=len(clashes),
        n=len(claims),
        n_contradicted=words.count(ClaimWord.CONTRADICTED),
        n_holds=words.count(ClaimWord.HOLDS),
        n_open=words.count(ClaimWord.NOT_MEASURED),
    )
    note = f" {t('audit.sandbox')}" if is_sandbox else ""
    return f'<p class="vg vg-lead">{markup.esc(said + note)}</p>'


def _clashes(clashes: Sequence[Contradiction]) -> str:
    if not clashes:
        return f'<p class="vg vg-soft">{markup.esc(t("audit.none"))}</p>'
    items = "".join(f"<li>{_clash(one)}</li>" for one in clashes)
    return f'<ol class="vg vg-answers">{items}</ol>'


def _clash(clash: Contradiction) -> str:
    steps = "".join(f"<li>{answer_words.said(step)}</li>" for step in clash.steps)
    sources = t("audit.sources", sources="; ".join(_sources(clash)))
    return (
        f"<p>{answer_words.said(clash.sentence)}</p>"
        f'<details class="vg-folded"><summary class="vg-small vg-soft">'
        f"{markup.esc(t('audit.arithmetic'))}</summary>"
        f'<ul class="vg-plainlist vg-small">{steps}</ul>'
        f'<p class="vg-small vg-soft">{markup.esc(sources)}</p></details>'
    )


def _sources(clash: Contradiction) -> list[str]:
    """Each once, with its day."""
    return list(dict.fromkeys(_source(one) for one in clash.inputs))


def _source(one: Claim | Price) -> str:
    return f"{one.source} ({one.as_of})"


def _table(claims: Sequence[AuditedClaim], campaign_id: str) -> str:
    heads = [t(f"audit.{name}") for name in COLUMNS]
    ordered = sorted(claims, key=lambda one: (ORDER.index(one.word), one.measured is None))
    return markup.table(heads, [_row(one, campaign_id) for one in ordered])


def _row(one: AuditedClaim, campaign_id: str) -> list[str]:
    about = one.claim.condition
    who = t("audit.whole_plan") if about is None else decision_loaders.label(about)
    measure = t(f"brief.measure.{one.claim.measure}")
    return [
        f"<b>{markup.esc(who)}</b>{_sub(measure)}",
        answer_words.said(one.stated) + _conflict(one),
        _recomputed(one),
        _published(one),
        _measured(one, campaign_id),
        markup.chip(t(f"brief.word.{one.word.value}"), ICONS[one.word], icon_name=ICONS[one.word])
        + f'<span class="sub wrap">{answer_words.said(one.reason)}</span>',
    ]


def _conflict(one: AuditedClaim) -> str:
    return _sub(t("audit.conflict")) if one.conflicts else ""


def _recomputed(one: AuditedClaim) -> str:
    if one.recomputed is None:
        return _nothing()
    arithmetic = answer_words.said(one.recomputed.arithmetic)
    return (
        f"<details><summary>{answer_words.said(one.recomputed.value)}</summary>"
        f'<span class="sub wrap">{arithmetic}</span></details>'
    )


def _published(one: AuditedClaim) -> str:
    value = one.published_value
    if value is None:
        return _nothing()
    notes = "".join(
        f'<span class="sub wrap">{markup.esc(claim.note or claim.source)}</span>'
        for claim in one.published
    )
    return f"<details><summary>{answer_words.said(value)}</summary>{notes}</details>"


def _measured(one: AuditedClaim, campaign_id: str) -> str:
    """The figure opens the runs that it was made from."""
    if one.measured is None:
        return _nothing()
    said = links.link(
        "runs",
        answer_words.plain(one.measured.sentence),
        campaign=campaign_id,
        condition=one.measured.condition_id,
    )
    mark = ""
    if one.is_sandbox:
        mark = f' <span class="vg-chip vg-sandbox">{markup.esc(t("audit.sandbox_mark"))}</span>'
    return f'<div class="wrap">{said}{mark}</div>'


def _nothing() -> str:
    return '<span class="vg-soft">–</span>'


def _sub(text: str) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>'
