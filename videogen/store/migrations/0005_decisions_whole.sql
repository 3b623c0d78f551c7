-- A frozen decision keeps what it assumed and the file that anyone can check it from; makers say of
-- a clip whether they like it and would use it.
ALTER TABLE decision ADD COLUMN provisional_verdict VARCHAR;
ALTER TABLE decision ADD COLUMN criteria_version INTEGER;
ALTER TABLE decision ADD COLUMN assumptions JSON DEFAULT '{}';
ALTER TABLE decision ADD COLUMN bundle_file VARCHAR;
ALTER TABLE decision ADD COLUMN bundle_sha256 VARCHAR;

CREATE TABLE clip_feedback (
    feedback_id VARCHAR PRIMARY KEY,
    clip_id VARCHAR NOT NULL,
    who VARCHAR NOT NULL,
    thumb VARCHAR,
    would_use BOOLEAN,
    given_at TIMESTAMP NOT NULL
);
