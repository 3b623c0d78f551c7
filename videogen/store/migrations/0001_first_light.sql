-- TIMESTAMP holds UTC, money is DECIMAL(18, 6), NULL is unknown. No foreign keys and no secondary
-- indexes: ALTER TABLE fails on tables they depend on, so integrity lives in code and tests.

CREATE TABLE prompt (
    prompt_id VARCHAR PRIMARY KEY,
    text VARCHAR NOT NULL,
    gloss_th VARCHAR,
    tags JSON NOT NULL
);

CREATE TABLE prompt_suite (
    suite_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    prompts JSON NOT NULL,
    training JSON NOT NULL
);

CREATE TABLE condition (
    condition_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    backend VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    workflow VARCHAR,
    width_px INTEGER,
    height_px INTEGER,
    n_frames INTEGER,
    fps DOUBLE,
    settings JSON NOT NULL,
    has_audio BOOLEAN NOT NULL
);

CREATE TABLE campaign (
    campaign_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    candidates JSON NOT NULL,
    baselines JSON NOT NULL,
    suite_id VARCHAR NOT NULL,
    prompt_ids JSON NOT NULL,
    seeds JSON NOT NULL,
    rated_seeds JSON NOT NULL,
    planned_n_raters INTEGER NOT NULL,
    criteria_version INTEGER NOT NULL,
    owner VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    frozen_at TIMESTAMP
);

CREATE TABLE run (
    run_id VARCHAR PRIMARY KEY,
    campaign_id VARCHAR,
    condition_id VARCHAR NOT NULL,
    prompt_id VARCHAR NOT NULL,
    seed UBIGINT NOT NULL,
    status VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    queued_at TIMESTAMP NOT NULL,
    origin VARCHAR,
    requeued_from VARCHAR,
    cancel_requested BOOLEAN NOT NULL,
    started_at TIMESTAMP,
    ended_at TIMESTAMP,
    failure_class VARCHAR,
    failure_detail VARCHAR,
    queue_time_s DOUBLE,
    wall_time_s DOUBLE,
    cost_usd DECIMAL(18, 6),
    peak_vram_mib INTEGER,
    peak_is_lower_bound BOOLEAN,
    is_cold BOOLEAN,
    time_scale DOUBLE,
    clip_id VARCHAR
);

CREATE TABLE attempt (
    attempt_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    backend VARCHAR NOT NULL,
    intended_at TIMESTAMP NOT NULL,
    external_id VARCHAR,
    submitted_at TIMESTAMP,
    ended_at TIMESTAMP,
    phases JSON NOT NULL,
    failure_class VARCHAR,
    failure_detail VARCHAR,
    cost_usd DECIMAL(18, 6),
    price_id VARCHAR,
    peak_vram_mib INTEGER,
    baseline_vram_mib INTEGER,
    peak_is_lower_bound BOOLEAN,
    vram_reason VARCHAR,
    degraded BOOLEAN NOT NULL,
    fingerprint JSON NOT NULL
);

CREATE TABLE vram_trace (
    attempt_id VARCHAR PRIMARY KEY,
    source VARCHAR NOT NULL,
    device VARCHAR,
    memory_total_mib INTEGER,
    baseline_vram_mib INTEGER,
    peak_vram_mib INTEGER,
    is_lower_bound BOOLEAN NOT NULL,
    energy_wh DOUBLE,
    samples JSON NOT NULL,
    reason VARCHAR
);

CREATE TABLE clip (
    clip_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    probe JSON NOT NULL,
    checks JSON NOT NULL,
    thumbnail VARCHAR,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE rendition (
    clip_id VARCHAR,
    campaign_id VARCHAR,
    file VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (clip_id, campaign_id)
);

CREATE TABLE rater (
    rater_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE panel_session (
    session_id VARCHAR PRIMARY KEY,
    campaign_id VARCHAR NOT NULL,
    rater_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    seed UBIGINT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    viewing_answers JSON NOT NULL
);

CREATE TABLE presentation (
    presentation_id VARCHAR PRIMARY KEY,
    session_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    clip_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    served_at TIMESTAMP,
    ended_at TIMESTAMP,
    replays INTEGER,
    stalls INTEGER
);

CREATE TABLE rating (
    rating_id VARCHAR PRIMARY KEY,
    presentation_id VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    score INTEGER NOT NULL,
    rated_at TIMESTAMP NOT NULL
);

CREATE TABLE rating_withdrawal (
    rating_id VARCHAR PRIMARY KEY,
    withdrawn_at TIMESTAMP NOT NULL
);

CREATE TABLE pair_vote (
    vote_id VARCHAR PRIMARY KEY,
    campaign_id VARCHAR NOT NULL,
    rater_id VARCHAR NOT NULL,
    left_clip_id VARCHAR NOT NULL,
    right_clip_id VARCHAR NOT NULL,
    choice VARCHAR NOT NULL,
    is_repeat BOOLEAN NOT NULL,
    voted_at TIMESTAMP NOT NULL
);

CREATE TABLE price (
    price_id VARCHAR PRIMARY KEY,
    subject VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    amount_usd DECIMAL(18, 6) NOT NULL,
    as_of DATE NOT NULL,
    source VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    resolution VARCHAR
);

CREATE TABLE reservation (
    reservation_id VARCHAR PRIMARY KEY,
    attempt_id VARCHAR NOT NULL UNIQUE,
    month VARCHAR NOT NULL,
    amount_usd DECIMAL(18, 6) NOT NULL,
    state VARCHAR NOT NULL,
    reserved_at TIMESTAMP NOT NULL,
    settled_usd DECIMAL(18, 6)
);

CREATE TABLE criterion (
    version INTEGER PRIMARY KEY,
    quality_min DOUBLE NOT NULL,
    cost_usd_max DOUBLE NOT NULL,
    peak_vram_mib_max INTEGER NOT NULL,
    success_rate_min DOUBLE NOT NULL,
    who VARCHAR,
    why VARCHAR,
    since TIMESTAMP
);

CREATE TABLE decision (
    decision_id VARCHAR PRIMARY KEY,
    campaign_id VARCHAR NOT NULL,
    frozen_at TIMESTAMP NOT NULL,
    who VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    evidence JSON NOT NULL
);

CREATE TABLE setup_step (
    setup_step_id VARCHAR PRIMARY KEY,
    condition_name VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    person_hours DOUBLE NOT NULL,
    machine_hours DOUBLE NOT NULL,
    done_on TIMESTAMP NOT NULL,
    who VARCHAR NOT NULL
);

CREATE TABLE event (
    event_id VARCHAR PRIMARY KEY,
    "at" TIMESTAMP NOT NULL,
    kind VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    data JSON NOT NULL
);
