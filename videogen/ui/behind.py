"""Links from a figure to what it was made from: the runs, the ratings, or those that decide."""

from collections.abc import Mapping

from videogen.domain.decision import Criteria, CriterionName, CriterionResult, CriterionVerdict
from videogen.store import RunSubset
from videogen.texts import t
from videogen.ui import formats, links


def runs(label: str, campaign_id: str, condition_id: str) -> str:
    """Every run of a condition in a campaign."""
    return links.link("runs", label, campaign=campaign_id, condition=condition_id)


def quality(label: str, campaign_id: str) -> str:
    """Compare's quality section, where every rated clip of the campaign stands."""
    return links.link("compare", label, campaign=campaign_id, tab="quality")


def criterion(name: CriterionName, label: str, query: Mapping[str, str]) -> str:
    """`query` names campaign and condition."""
    if name is CriterionName.QUALITY:
        return quality(label, query["campaign"])
    return runs(label, query["campaign"], query["condition"])


def deciding(
    name: CriterionName,
    result: CriterionResult,
    criteria: Criteria,
    language: str,
    query: Mapping[str, str],
) -> str | None:
    """The runs that count against it; None where none does."""
    n_failed = result.facts.get("n_failed")
    if name is CriterionName.SUCCESS and isinstance(n_failed, int) and n_failed:
        key = f"decision.against.success{'_one' if n_failed == 1 else ''}"
        label = t(key, language, n=formats.count(n_failed))
        return links.link("runs", label, **query, only=RunSubset.FAILURES.value)
    if name is CriterionName.VRAM and result.verdict is CriterionVerdict.FAIL:
        return links.link(
            "runs",
            t("decision.against.vram", language),
            **query,
            only=RunSubset.OVER_VRAM.value,
            limit_mib=criteria.peak_vram_mib_max,
        )
    return None
