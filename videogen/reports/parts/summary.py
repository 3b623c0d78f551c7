"""The first page: what was compared, under which rules, and how it stands."""

from videogen.domain.decision import Verdict
from videogen.evidence.criterion_words import ORDER, limit_text
from videogen.evidence.verdict import verdict_sentences
from videogen.reports import cells
from videogen.reports.content import ReportContent
from videogen.reports.document import Block, Cell, Facts, Headline, Paragraph, Table
from videogen.reports.voice import Voice
from videogen.texts import formats

SHORT_HASH = 12  # digits: enough to compare by eye, the whole stands in the method part


def headline(content: ReportContent, voice: Voice) -> Headline:
    decision = content.case.decision
    provisional = decision.provisional_verdict
    note = ""
    if provisional is not None and provisional is not Verdict.NOT_YET:
        note = voice.t("decision.provisional", verdict=voice.t(f"verdict.{provisional.value}"))
    return Headline(
        word=voice.t(f"verdict.{decision.verdict.value}"),
        tone=cells.TONES[decision.verdict.value],
        sentence=" ".join(_said(content, voice)),
        note=note,
    )


def _said(content: ReportContent, voice: Voice) -> list[str]:
    """As on the page: what is missing is said by the cheapest step, where there is one."""
    decision = content.case.decision
    said = [voice.say(one) for one in verdict_sentences(content.case.found.evidence, decision)]
    if decision.verdict is Verdict.NOT_YET and content.cheapest_step is not None:
        return [said[0], voice.say(content.cheapest_step.sentence)]
    return said


def facts(content: ReportContent, voice: Voice) -> Facts:
    campaign, found = content.campaign, content.case.found
    criteria = found.evidence.criteria
    plan = {
        "n_runs": formats.count(campaign.planned_n_runs),
        "n_raters": campaign.planned_n_raters,
    }
    pairs = {
        "made": voice.moment(content.made_at),
        "origin": voice.t(f"origin.{found.origin.value}"),
        "suite": _suite(content, voice),
        "seeds": ", ".join(str(seed) for seed in campaign.seeds),
        "plan": voice.t("report.plan", **plan),
        "runs": voice.t("report.ended", n=formats.count(content.n_ended)),
        "raters": _raters(content, voice),
        "criteria": voice.t(
            "report.version", version=criteria.version, since=voice.day(criteria.since)
        ),
        "registered": (campaign.preregistration_sha256 or formats.UNKNOWN)[:SHORT_HASH],
    }
    return Facts(
        pairs=tuple((voice.t(f"report.fact.{name}"), said) for name, said in pairs.items())
    )


def blocks(content: ReportContent, voice: Voice) -> tuple[Block, ...]:
    found: list[Block] = []
    if content.is_sandbox:
        found.append(Paragraph(text=voice.t("report.sandbox_note"), tone="sandbox"))
    if not content.n_ended:
        found.append(Paragraph(text=voice.t("report.no_runs")))
    found.append(_table(content, voice))
    return tuple(found)


def _suite(content: ReportContent, voice: Voice) -> str:
    suite, n_prompts = content.suite, len(content.campaign.prompt_ids)
    if suite is None:
        return voice.t("report.suite_not_stored", n=n_prompts)
    return voice.t("report.suite", name=f"{suite.name} {suite.version}", n=n_prompts)


def _raters(content: ReportContent, voice: Voice) -> str:
    n_raters = content.case.found.n_raters
    key = "report.raters" if content.is_formal else "report.raters_informal"
    return voice.t(key, n=n_raters) if n_raters else voice.t("report.raters_none")


def _table(content: ReportContent, voice: Voice) -> Table:
    """The limits first, then every condition against them."""
    criteria = content.case.found.evidence.criteria
    limits = (
        Cell(text=voice.t("report.limit")),
        *(Cell(text=limit_text(name, criteria, voice.language)) for name in ORDER),
        Cell(text=""),
    )
    rows = [limits]
    for row in content.case.rows:
        judged = content.judged(row.condition)
        standing = tuple(cells.criterion(name, judged.criteria[name], voice) for name in ORDER)
        word = cells.verdict(row.verdict.value, voice) if judged.is_candidate else Cell(
            text=voice.t("report.not_judged")
        )  # fmt: skip
        rows.append((cells.condition(row, voice), *standing, word))
    return Table(
        title=voice.t("report.against_criteria"),
        heads=(
            voice.t("matrix.condition"),
            *(voice.t(f"criterion.{name.value}") for name in ORDER),
            voice.t("report.verdict"),
        ),
        rows=tuple(rows),
        note=voice.t("report.against_note"),
    )
