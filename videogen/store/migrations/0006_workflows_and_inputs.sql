-- Clips made from images, voices and camera moves; workflows that people bring; runs that were asked
-- of the router with what they need, and several seeds of one prompt asked for together.
ALTER TABLE condition ADD COLUMN purpose VARCHAR DEFAULT 't2v';
ALTER TABLE condition ADD COLUMN inputs JSON DEFAULT '[]';
ALTER TABLE run ADD COLUMN inputs JSON DEFAULT '{}';
ALTER TABLE run ADD COLUMN needs JSON DEFAULT '{}';
ALTER TABLE run ADD COLUMN strip_id VARCHAR;
ALTER TABLE campaign ADD COLUMN inputs JSON DEFAULT '{}';
ALTER TABLE clip_feedback ADD COLUMN is_best BOOLEAN;

CREATE TABLE input_file (
    input_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    added_at TIMESTAMP NOT NULL,
    added_by VARCHAR NOT NULL,
    width_px INTEGER,
    height_px INTEGER,
    duration_s DOUBLE,
    n_frames INTEGER,
    fps DOUBLE,
    from_clip_id VARCHAR
);

CREATE TABLE own_workflow (
    name VARCHAR PRIMARY KEY,
    manifest JSON NOT NULL,
    graph JSON NOT NULL,
    added_at TIMESTAMP NOT NULL,
    added_by VARCHAR NOT NULL
);
