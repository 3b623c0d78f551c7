-- Reference clips (training, gold, trap) that no run made, what a player saw of a playback, raters
-- who left a round, pair comparisons, and what a campaign registers of its panel.
ALTER TABLE clip ALTER COLUMN run_id DROP NOT NULL;

CREATE TABLE reference_clip (
    clip_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    expected_score INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);

ALTER TABLE campaign ADD COLUMN screening_version INTEGER;
ALTER TABLE campaign ADD COLUMN suite_sha256 VARCHAR;

ALTER TABLE panel_session ADD COLUMN asks_details BOOLEAN DEFAULT false;
ALTER TABLE panel_session ADD COLUMN source VARCHAR;

ALTER TABLE presentation ADD COLUMN dropped_frames INTEGER;
ALTER TABLE presentation ADD COLUMN watched_s DOUBLE;
ALTER TABLE presentation ADD COLUMN display JSON DEFAULT '{}';

CREATE TABLE round_exit (
    campaign_id VARCHAR,
    rater_id VARCHAR,
    left_at TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, rater_id)
);

CREATE TABLE pair_round (
    pair_round_id VARCHAR PRIMARY KEY,
    campaign_id VARCHAR NOT NULL,
    rater_id VARCHAR NOT NULL,
    condition_ids JSON NOT NULL,
    seed UBIGINT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);

CREATE TABLE pair (
    pair_id VARCHAR PRIMARY KEY,
    pair_round_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    left_clip_id VARCHAR NOT NULL,
    right_clip_id VARCHAR NOT NULL,
    is_repeat BOOLEAN NOT NULL,
    served_at TIMESTAMP,
    ended_at TIMESTAMP
);

ALTER TABLE pair_vote ADD COLUMN pair_id VARCHAR;
