-- A pair vote stays stored when it is taken back, and no longer counts.
CREATE TABLE pair_vote_withdrawal (
    vote_id VARCHAR PRIMARY KEY,
    withdrawn_at TIMESTAMP NOT NULL
);
