"""Campaigns and what they are made of: conditions, suites, prompts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.errors import NotFoundError
from videogen.store.database import Database

CAMPAIGNS = "SELECT * FROM campaign ORDER BY created_at DESC, campaign_id"


def campaigns(database: Database) -> list[Campaign]:
    """Newest first."""
    return database.rows(Campaign, CAMPAIGNS)


CAMPAIGN_BY_ID = "SELECT * FROM campaign WHERE campaign_id = $campaign_id"


def get_campaign(database: Database, campaign_id: str) -> Campaign:
    """Raises: NotFoundError."""
    for campaign in database.rows(Campaign, CAMPAIGN_BY_ID, campaign_id=campaign_id):
        return campaign
    raise NotFoundError(field="campaign_id", value=campaign_id)


CAMPAIGN_RUNS = """
    SELECT * FROM run WHERE campaign_id = $campaign_id ORDER BY queued_at, run_id
"""


def campaign_runs(database: Database, campaign_id: str) -> list[Run]:
    """Oldest first."""
    return database.rows(Run, CAMPAIGN_RUNS, campaign_id=campaign_id)


CAMPAIGN_PROGRESS = """
    SELECT condition_id, status, failure_class, count(*) AS n_runs,
           sum(cost_usd)::DECIMAL(18, 6) AS cost_usd, count(cost_usd) AS n_costed,
           count(requeued_from) AS n_requeues
    FROM run WHERE campaign_id = $campaign_id
    GROUP BY condition_id, status, failure_class
    ORDER BY condition_id, status, failure_class
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGroup:
    """Runs of one condition that stand alike."""

    condition_id: str
    status: RunStatus
    failure_class: FailureClass | None
    n_runs: int
    cost_usd: Decimal | None  # of those with a known cost
    n_costed: int
    n_requeues: int  # asked for again, beyond the planned grid


def campaign_progress(database: Database, campaign_id: str) -> list[RunGroup]:
    """One row for each condition, status and cause: 10,000 runs are counted where they lie."""
    return database.rows(RunGroup, CAMPAIGN_PROGRESS, campaign_id=campaign_id)


CLIP_SIZES = """
    SELECT run.condition_id, avg(clip.size_bytes)::DOUBLE AS mean_bytes
    FROM clip JOIN run USING (run_id) WHERE run.origin = $origin GROUP BY run.condition_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSize:
    condition_id: str
    mean_bytes: float


def clip_sizes(database: Database, origin: Origin) -> Mapping[str, float]:
    """The mean size of a condition's clips, of those that have any."""
    found = database.rows(ClipSize, CLIP_SIZES, origin=origin)
    return {row.condition_id: row.mean_bytes for row in found}


CONDITIONS = "SELECT * FROM condition ORDER BY name, condition_id"


def conditions(database: Database) -> list[Condition]:
    return database.rows(Condition, CONDITIONS)


CONDITION_BY_ID = "SELECT * FROM condition WHERE condition_id = $condition_id"


def get_condition(database: Database, condition_id: str) -> Condition:
    """Raises: NotFoundError."""
    for condition in database.rows(Condition, CONDITION_BY_ID, condition_id=condition_id):
        return condition
    raise NotFoundError(field="condition_id", value=condition_id)


SUITES = "SELECT * FROM prompt_suite ORDER BY name, version, suite_id"


def suites(database: Database) -> list[PromptSuite]:
    return database.rows(PromptSuite, SUITES)


SUITE_BY_ID = "SELECT * FROM prompt_suite WHERE suite_id = $suite_id"


def find_suite(database: Database, suite_id: str) -> PromptSuite | None:
    """None: not stored; a campaign that came in from elsewhere may be without its own."""
    return next(iter(database.rows(PromptSuite, SUITE_BY_ID, suite_id=suite_id)), None)


def get_suite(database: Database, suite_id: str) -> PromptSuite:
    """Raises: NotFoundError."""
    found = find_suite(database, suite_id)
    if found is None:
        raise NotFoundError(field="suite_id", value=suite_id)
    return found


PROMPT_BY_ID = "SELECT * FROM prompt WHERE prompt_id = $prompt_id"


def get_prompt(database: Database, prompt_id: str) -> Prompt:
    """Raises: NotFoundError."""
    for prompt in database.rows(Prompt, PROMPT_BY_ID, prompt_id=prompt_id):
        return prompt
    raise NotFoundError(field="prompt_id", value=prompt_id)


PROMPTS = """
    SELECT * FROM prompt
    WHERE prompt_id IN (SELECT unnest(from_json($prompt_ids::JSON, '["VARCHAR"]')))
"""


def prompts(database: Database, prompt_ids: Collection[str]) -> Mapping[str, Prompt]:
    """By their ids, those that are stored."""
    found = database.rows(Prompt, PROMPTS, prompt_ids=sorted(prompt_ids))
    return {prompt.prompt_id: prompt for prompt in found}
