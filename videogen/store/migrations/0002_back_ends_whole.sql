-- Routed and degraded runs, what an attempt tried, caps and pauses of campaigns, servers added by
-- people, back ends on hold. Rows from before keep NULL where nobody knew.
ALTER TABLE run ADD COLUMN routed_to VARCHAR;
ALTER TABLE run ADD COLUMN route JSON DEFAULT '{}';
ALTER TABLE run ADD COLUMN is_degraded BOOLEAN DEFAULT false;

ALTER TABLE attempt ADD COLUMN condition_id VARCHAR;
ALTER TABLE attempt ADD COLUMN stages JSON DEFAULT '{}';

ALTER TABLE vram_trace ADD COLUMN process_peak_mib INTEGER;
ALTER TABLE vram_trace ADD COLUMN mean_utilisation_pct DOUBLE;
ALTER TABLE vram_trace ADD COLUMN max_temperature_c DOUBLE;

ALTER TABLE campaign ADD COLUMN cap_usd DECIMAL(18, 6);
ALTER TABLE campaign ADD COLUMN paused_at TIMESTAMP;
ALTER TABLE campaign ADD COLUMN preregistration_sha256 VARCHAR;

ALTER TABLE reservation ADD COLUMN campaign_id VARCHAR;

CREATE TABLE server (
    url VARCHAR PRIMARY KEY,
    added_at TIMESTAMP NOT NULL,
    added_by VARCHAR NOT NULL
);

CREATE TABLE backend_hold (
    backend VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    since TIMESTAMP NOT NULL,
    until TIMESTAMP,
    who VARCHAR
);
