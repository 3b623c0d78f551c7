-- Many people on one server: who they are, the tokens of their programs, requests that may be sent
-- twice, and money with limits for each person and provider.
CREATE TABLE known_person (
    name VARCHAR PRIMARY KEY,
    display_name VARCHAR,
    roles JSON NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    is_disabled BOOLEAN NOT NULL DEFAULT false
);

CREATE TABLE ended_sign_in (
    sign_in_sha256 VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    ended_at TIMESTAMP NOT NULL
);

CREATE TABLE access_token (
    token_id VARCHAR PRIMARY KEY,
    owner VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    scopes JSON NOT NULL,
    secret_sha256 VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);

CREATE TABLE keyed_request (
    owner VARCHAR,
    "key" VARCHAR,
    route VARCHAR NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    answer JSON NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (owner, "key")
);

CREATE TABLE spend_cap (
    spend_cap_id VARCHAR PRIMARY KEY,
    scope VARCHAR NOT NULL,
    subject VARCHAR,
    cap_usd DECIMAL(18, 6),
    set_at TIMESTAMP NOT NULL,
    set_by VARCHAR NOT NULL,
    why VARCHAR
);

CREATE TABLE paid_calls_switch (
    switch_id VARCHAR PRIMARY KEY,
    is_stopped BOOLEAN NOT NULL,
    "at" TIMESTAMP NOT NULL,
    who VARCHAR NOT NULL,
    why VARCHAR NOT NULL
);

ALTER TABLE reservation ADD COLUMN owner VARCHAR;
ALTER TABLE reservation ADD COLUMN provider VARCHAR;
ALTER TABLE clip ADD COLUMN file_removed_at TIMESTAMP;
