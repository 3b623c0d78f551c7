-- What a decision needs of one campaign's live runs and human ratings, in plain SQL over the keys as
-- they are stored: what anybody would type. Executed bare in DuckDB, each statement's rows fetched.
-- It leaves out what only the product does: first tries among requeues, caps, degraded and routed
-- runs, clips that nobody rated, the noise of a rater, and the verdict.

SELECT condition_id, count(*) AS n_runs,
       count(*) FILTER (status <> 'cancelled') AS n_ended,
       count(*) FILTER (status = 'succeeded') AS n_ok,
       count(*) FILTER (status <> 'cancelled' AND requeued_from IS NULL) AS n_first,
       count(*) FILTER (status = 'succeeded' AND requeued_from IS NULL) AS n_first_ok,
       count(cost_usd) AS n_costed, sum(cost_usd) AS total_usd,
       var_samp(cost_usd::DOUBLE) AS var_cost,
       covar_samp(cost_usd::DOUBLE, (status = 'succeeded')::DOUBLE) AS covariance,
       count(peak_vram_mib) AS n_peaks, max(peak_vram_mib) AS peak_mib_max,
       sum(wall_time_s) FILTER (status <> 'cancelled') AS wall_time_s_total,
       quantile_cont(wall_time_s, [0.5, 0.95]) FILTER (status = 'succeeded') AS wall_times_s,
       histogram(failure_class) AS failures
FROM run
WHERE campaign_id = $campaign_id AND origin = 'live' AND status NOT IN ('queued', 'running')
GROUP BY condition_id ORDER BY condition_id;

WITH newest AS (
    SELECT presentation.clip_id, panel_session.rater_id,
           arg_max(rating.score, rating.rated_at) AS score
    FROM rating
    JOIN presentation USING (presentation_id)
    JOIN panel_session USING (session_id)
    WHERE panel_session.campaign_id = $campaign_id AND presentation.kind = 'test'
      AND rating.dimension = 'overall'
      AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
    GROUP BY presentation.clip_id, panel_session.rater_id
), cell AS (
    SELECT run.condition_id, run.prompt_id, rater.rater_id, avg(newest.score) AS mean
    FROM newest
    JOIN rater USING (rater_id)
    JOIN run ON run.clip_id = newest.clip_id
    WHERE run.origin = 'live' AND NOT run.is_degraded AND rater.kind = 'human'
    GROUP BY run.condition_id, run.prompt_id, rater.rater_id
)
SELECT condition_id, prompt_id, avg(mean) AS mos, stddev_samp(mean) AS sos, count(*) AS n_raters
FROM cell GROUP BY condition_id, prompt_id ORDER BY condition_id, prompt_id;

WITH newest AS (
    SELECT presentation_id, any_value(rater_id) AS rater_id, any_value(session_id) AS session_id,
           any_value(presentation.clip_id) AS clip_id, any_value(presentation.kind) AS kind,
           arg_max(rating.score, rating.rated_at) AS score, max(rating.rated_at) AS rated_at,
           any_value(presentation.served_at) AS served_at,
           any_value(presentation.ended_at) AS ended_at,
           any_value(presentation.watched_s) AS watched_s
    FROM rating
    JOIN presentation USING (presentation_id)
    JOIN panel_session USING (session_id)
    WHERE panel_session.campaign_id = $campaign_id AND rating.dimension = 'overall'
      AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
    GROUP BY presentation_id
), shown AS (
    SELECT newest.*, reference_clip.expected_score,
           newest.ended_at IS NULL OR newest.watched_s
               < 0.9 * CAST(clip.probe->>'clip_duration_s' AS DOUBLE) AS is_incomplete
    FROM newest
    JOIN clip USING (clip_id)
    LEFT JOIN run ON run.run_id = clip.run_id
    LEFT JOIN reference_clip ON reference_clip.clip_id = clip.clip_id
    WHERE coalesce(run.origin, reference_clip.origin) = 'live'
      AND NOT coalesce(run.is_degraded, false)
), again AS (
    SELECT repeated.rater_id, avg(abs(repeated.score - first.score)) AS repeat_difference
    FROM shown AS repeated
    JOIN shown AS first ON first.session_id = repeated.session_id
        AND first.clip_id = repeated.clip_id AND first.kind = 'test'
    WHERE repeated.kind = 'repeat'
    GROUP BY repeated.rater_id
), narrowest AS (
    SELECT rater_id, min(variance) AS variance
    FROM (
        SELECT rater_id, session_id, var_samp(score) AS variance
        FROM shown WHERE kind NOT IN ('training', 'trap')
        GROUP BY rater_id, session_id HAVING count(*) >= 10
    )
    GROUP BY rater_id
), counted AS (
    SELECT rater_id, count(DISTINCT session_id) AS n_sessions,
           count(DISTINCT clip_id) FILTER (kind = 'test') AS n_test, count(*) AS n_rated,
           count(*) FILTER (kind = 'gold') AS n_gold,
           count(*) FILTER (kind = 'gold' AND abs(score - expected_score) <= 1) AS n_gold_within,
           count(*) FILTER (kind = 'trap' AND score <> expected_score) AS n_traps_missed,
           count(*) FILTER (is_incomplete) AS n_incomplete,
           median(rated_at - served_at) AS taken
    FROM shown GROUP BY rater_id
)
SELECT * FROM counted
LEFT JOIN again USING (rater_id)
LEFT JOIN narrowest USING (rater_id)
ORDER BY rater_id;
