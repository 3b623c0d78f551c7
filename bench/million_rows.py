"""A data folder with one campaign of a million runs and a million ratings, made by SQL."""

import math
from datetime import UTC, datetime
from pathlib import Path

from videogen import store
from videogen.bootstrap import Application
from videogen.clips.rendition import FORM_VERSION
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.prompt import Prompt
from videogen.settings import Settings
from videogen.store import Database

CAMPAIGN_ID = "many"
CANDIDATES = ("wan-1.3b", "wan-14b")
BASELINES = ("hybrid", "animatediff", "veo-3.1-fast")
N_PROMPTS = 200
SHARE_REQUEUED = 0.055  # beyond the planned grid
PRESENTATIONS_PER_RATER = 1_432  # 1,000 clips of one rated seed in sessions of 40
RENDITION_FOLDER = f"renditions/{FORM_VERSION}"  # of today's rules, so that none is made anew
BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

# Of every twenty runs one is asked for again: because it failed, was cancelled or refused by a cap.
# Some of those are cancelled and asked for once more. Seed 1 is the rated one and always succeeds.
RUNS = """
    INSERT INTO run BY NAME
    WITH cell AS (
        SELECT n, n % $n_conditions AS condition_no, n // $n_conditions % $n_prompts AS prompt_no,
               n // ($n_conditions * $n_prompts) + 1 AS seed,
               CASE WHEN n < $n_conditions * $n_prompts OR hash(n, 'again') % 20 > 0 THEN 0
                    WHEN hash(n, 'twice') % 10 > 0 THEN 1 ELSE 2 END AS n_requeues
        FROM range($n_first) AS first_time(n)
    ), grid AS (
        SELECT n + try * $n_first AS n, condition_no, prompt_no, seed,
               CASE WHEN try > 0 THEN n + (try - 1) * $n_first END AS before,
               try < n_requeues AS is_again
        FROM cell, range(3) AS tried(try)
        WHERE try <= n_requeues
    ), drawn AS (
        SELECT *, (hash(n) % 1000)::INTEGER AS draw, hash(n, 'x') % 100000 / 100000 AS share
        FROM grid
    ), ended AS (
        SELECT *, CASE
            WHEN seed = 1 THEN 'succeeded'
            WHEN is_again THEN CASE hash(n, 'why') // 4096 % 4
                WHEN 0 THEN 'cancelled' WHEN 1 THEN 'refused' ELSE 'failed' END
            WHEN draw < 25 THEN 'failed' WHEN draw < 28 THEN 'lost'
            WHEN draw < 32 THEN 'cancelled' WHEN draw < 36 THEN 'degraded' ELSE 'succeeded'
            END AS word
        FROM drawn
    )
    SELECT md5('run' || n)::UUID::VARCHAR AS run_id, $campaign_id AS campaign_id,
           from_json($condition_ids::JSON, '["VARCHAR"]')[condition_no + 1] AS condition_id,
           'p' || lpad(prompt_no::VARCHAR, 3, '0') AS prompt_id,
           seed::UBIGINT AS seed,
           CASE word WHEN 'refused' THEN 'failed' WHEN 'degraded' THEN 'succeeded' ELSE word END
               AS status,
           'bench' AS owner, $began::TIMESTAMP + to_seconds(n) AS queued_at,
           CASE WHEN word = 'refused' AND draw % 2 = 0 THEN NULL
                WHEN draw = 999 AND seed > 1 THEN 'sandbox' ELSE 'live' END AS origin,
           CASE WHEN before IS NOT NULL THEN md5('run' || before)::UUID::VARCHAR END
               AS requeued_from,
           false AS cancel_requested,
           $began::TIMESTAMP + to_seconds(n + 5) AS started_at,
           $began::TIMESTAMP + to_seconds(n + 300) AS ended_at,
           CASE word WHEN 'refused' THEN 'budget' WHEN 'lost' THEN 'lost'
               WHEN 'failed' THEN (['execution_error', 'out_of_vram', 'timed_out', 'stalled',
                                    'server_down'])[draw % 5 + 1] END AS failure_class,
           5.0 AS queue_time_s,
           CASE WHEN word NOT IN ('refused', 'lost') THEN round(200 + 100 * share, 3) END
               AS wall_time_s,
           CASE WHEN word = 'refused' THEN 0 WHEN word <> 'cancelled' OR draw % 2 = 0
               THEN (0.03 + 0.9 * share * share)::DECIMAL(18, 6) END AS cost_usd,
           CASE WHEN word NOT IN ('refused', 'lost') AND condition_no <> 4
               THEN (8000 + 12000 * share)::INTEGER END AS peak_vram_mib,
           draw % 50 = 0 OR word = 'cancelled' AS peak_is_lower_bound,
           n % 40 = 0 AS is_cold,
           CASE WHEN word IN ('succeeded', 'degraded') THEN md5('clip' || n)::UUID::VARCHAR END
               AS clip_id,
           CASE WHEN condition_no = 2 THEN CASE WHEN draw % 3 = 0 THEN $cloud_id ELSE $local_id END
               END AS routed_to,
           '{}' AS route, word = 'degraded' AS is_degraded
    FROM ended
"""
CLIPS = """
    INSERT INTO clip BY NAME
    SELECT clip_id, run_id, md5(clip_id) || md5(run_id) AS sha256, clip_id || '.mp4' AS file,
           900000 + hash(run_id) % 200000 AS size_bytes,
           '{"width_px": 832, "height_px": 480, "n_frames": 81, "fps": 16.0,'
           ' "clip_duration_s": 5.0625, "codec": "h264", "has_audio": false}' AS probe,
           '[]' AS checks, ended_at AS created_at
    FROM run WHERE clip_id IS NOT NULL
"""
REFERENCES = """
    INSERT INTO reference_clip BY NAME
    SELECT 'reference-' || n AS clip_id,
           CASE WHEN n < 3 THEN 'gold' WHEN n < 4 THEN 'trap' ELSE 'training' END AS kind,
           1 + n % 5 AS expected_score, 'reference ' || n AS title, 'live' AS origin,
           'bench' AS added_by, $began::TIMESTAMP AS added_at
    FROM range(8) AS reference(n)
"""
REFERENCE_FILES = """
    INSERT INTO clip BY NAME
    SELECT clip_id, md5(clip_id) AS sha256, clip_id || '.mp4' AS file, 900000 AS size_bytes,
           '{"width_px": 832, "height_px": 480, "n_frames": 81, "fps": 16.0,'
           ' "clip_duration_s": 5.0625, "codec": "h264", "has_audio": false}' AS probe,
           '[]' AS checks, added_at AS created_at
    FROM reference_clip
"""
RENDITIONS = """
    INSERT INTO rendition BY NAME
    SELECT clip_id, $campaign_id AS campaign_id, $folder || '/' || clip_id || '.mp4' AS file,
           900000 AS size_bytes
    FROM (SELECT clip_id FROM run WHERE seed = 1 AND clip_id IS NOT NULL
          UNION ALL SELECT clip_id FROM reference_clip)
"""
RATERS = """
    INSERT INTO rater BY NAME
    SELECT 'rater-' || lpad(n::VARCHAR, 4, '0') AS rater_id,
           'Rater ' || lpad(n::VARCHAR, 4, '0') AS name, 'human' AS kind,
           $began::TIMESTAMP AS created_at
    FROM range($n_raters) AS rater(n)
"""
SESSIONS = """
    INSERT INTO panel_session BY NAME
    SELECT rater_id || '-' || n AS session_id, $campaign_id AS campaign_id, rater_id, 1 AS round,
           n::UBIGINT AS seed, $began::TIMESTAMP + to_days(n::INTEGER) AS started_at,
           $began::TIMESTAMP + to_days(n::INTEGER) + to_minutes(12) AS ended_at,
           '{}' AS viewing_answers, false AS asks_details
    FROM rater, range($n_sessions) AS sitting(n)
"""
# A session of 40: 4 training, 3 gold, 1 trap, 28 test, 4 of which come again. One rater in 25 stays
# away after half of the sessions.
PRESENTATIONS = """
    INSERT INTO presentation BY NAME
    WITH gate AS (
        SELECT row_number() OVER (ORDER BY condition_id, prompt_id) - 1 AS clip_no, clip_id
        FROM run WHERE seed = 1 AND clip_id IS NOT NULL
    ), n_gate AS (
        SELECT count(*) AS n_clips FROM gate
    ), place AS (
        SELECT session_id, seed::INTEGER AS session_no, started_at, position,
               CASE WHEN position < 4 THEN 'training' WHEN position < 7 THEN 'gold'
                    WHEN position < 8 THEN 'trap' WHEN position < 36 THEN 'test' ELSE 'repeat' END
                   AS kind,
               seed::INTEGER * 28 + (position - 8) % 28 AS test_no,
               hash(rater_id) % n_clips AS first_clip, n_clips
        FROM panel_session, n_gate, range(40) AS spot(position)
        WHERE hash(rater_id) % 25 > 0 OR seed * 2 < $n_sessions
    )
    SELECT session_id || '-' || position AS presentation_id, session_id,
           position::INTEGER AS position,
           CASE WHEN kind IN ('test', 'repeat') THEN gate.clip_id
                ELSE 'reference-' || CASE kind WHEN 'gold' THEN position - 4 WHEN 'trap' THEN 3
                                     ELSE 4 + position END END AS clip_id,
           kind, started_at + to_seconds(position * 15) AS served_at,
           started_at + to_seconds(position * 15 + 6) AS ended_at,
           0 AS replays, 0 AS stalls, 0 AS dropped_frames, 5.1 AS watched_s, '{}' AS display
    FROM place
    LEFT JOIN gate ON gate.clip_no = (test_no + first_clip) % n_clips
    WHERE kind NOT IN ('test', 'repeat') OR test_no < n_clips
"""
# Scores with the spread of a usual panel: prompts, raters, conditions and each vote's own.
RATINGS = """
    INSERT INTO rating BY NAME
    WITH shown AS (
        SELECT presentation.*, rater_id, condition_id, prompt_id, expected_score,
               hash(rater_id, presentation.clip_id) % 1000 / 1000.0 AS own,
               hash(presentation.presentation_id, 'again') % 1000 / 1000.0 AS again
        FROM presentation
        JOIN panel_session USING (session_id)
        LEFT JOIN run ON run.clip_id = presentation.clip_id
        LEFT JOIN reference_clip ON reference_clip.clip_id = presentation.clip_id
    )
    SELECT md5('rating' || presentation_id)::UUID::VARCHAR AS rating_id, presentation_id,
           'overall' AS dimension,
           CASE WHEN expected_score IS NOT NULL
                THEN greatest(1, least(5, expected_score
                    + (kind = 'gold' AND again < 0.1)::INTEGER))
                ELSE greatest(1, least(5, round(
                    3.6 + hash(condition_id) % 100 / 125.0 + hash(prompt_id) % 100 / 150.0
                    + hash(rater_id) % 100 / 250.0 - 0.6 + 2.4 * (own - 0.5) + 0.4 * (again - 0.5)
                ))) END::INTEGER AS score,
           served_at + to_seconds(9) AS rated_at
    FROM shown
"""
SECOND_THOUGHTS = """
    INSERT INTO rating BY NAME
    SELECT md5('second' || rating_id)::UUID::VARCHAR AS rating_id, presentation_id, dimension,
           greatest(1, score - 1) AS score, rated_at + to_seconds(3) AS rated_at
    FROM rating WHERE hash(rating_id) % 400 = 0
"""
WITHDRAWALS = """
    INSERT INTO rating_withdrawal BY NAME
    SELECT rating_id, rated_at + to_seconds(4) AS withdrawn_at
    FROM rating WHERE hash(rating_id, 'taken back') % 1000 = 0
"""


def fill_with_rows(data_dir: Path, n_runs: int, n_ratings: int) -> str:
    """A campaign of about so many runs and ratings; returns its id."""
    opened = Application.build(Settings(data_dir=data_dir, comfy_urls=()))
    try:
        named = {condition.name: condition for condition in opened.conditions}
        conditions = [named[name] for name in (*CANDIDATES, *BASELINES)]
        _save_plan(opened.database, conditions, n_runs)
        with opened.database.write():
            _fill_runs(opened.database, conditions, n_runs)
            _fill_ratings(opened.database, n_ratings)
        opened.database.checkpoint()
    finally:
        opened.close()
    return CAMPAIGN_ID


def _save_plan(database: Database, conditions: list[Condition], n_runs: int) -> None:
    prompts = [
        Prompt(prompt_id=f"p{n:03}", text=f"prompt {n}", gloss_th=None, tags=())
        for n in range(N_PROMPTS)
    ]
    ids = [condition.condition_id for condition in conditions]
    n_seeds = max(1, n_runs // (len(ids) * N_PROMPTS))
    campaign = Campaign(
        campaign_id=CAMPAIGN_ID,
        name="A million",
        candidates=tuple(ids[: len(CANDIDATES)]),
        baselines=tuple(ids[len(CANDIDATES) :]),
        suite_id="bench",
        prompt_ids=tuple(prompt.prompt_id for prompt in prompts),
        seeds=tuple(range(1, n_seeds + 1)),
        rated_seeds=(1,),
        planned_n_raters=4,
        criteria_version=store.criteria(database).version,
        owner="bench",
        created_at=BEGAN,
        frozen_at=BEGAN,
        screening_version=1,
    )
    store.save(database, *conditions, *prompts, campaign)


def _fill_runs(database: Database, conditions: list[Condition], n_runs: int) -> None:
    ids = [condition.condition_id for condition in conditions]
    cells = len(ids) * N_PROMPTS
    database.execute(
        RUNS,
        condition_ids=ids,
        n_conditions=len(ids),
        n_prompts=N_PROMPTS,
        n_first=max(cells, round(n_runs / (1 + SHARE_REQUEUED) / cells) * cells),
        campaign_id=CAMPAIGN_ID,
        began=BEGAN,
        local_id=ids[0],
        cloud_id=ids[-1],
    )
    database.execute(CLIPS)
    database.execute(REFERENCES, began=BEGAN)
    database.execute(REFERENCE_FILES)
    database.execute(RENDITIONS, campaign_id=CAMPAIGN_ID, folder=RENDITION_FOLDER)


def _fill_ratings(database: Database, n_ratings: int) -> None:
    n_raters = max(6, round(n_ratings / PRESENTATIONS_PER_RATER / 0.98))
    database.execute(RATERS, n_raters=n_raters, began=BEGAN)
    n_sessions = math.ceil(PRESENTATIONS_PER_RATER / 40)
    database.execute(SESSIONS, campaign_id=CAMPAIGN_ID, n_sessions=n_sessions, began=BEGAN)
    database.execute(PRESENTATIONS, n_sessions=n_sessions)
    database.execute(RATINGS)
    database.execute(SECOND_THOUGHTS)
    database.execute(WITHDRAWALS)
