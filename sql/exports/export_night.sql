-- How nights of the session's areas went: one row a night.
SELECT
    run.run_id,
    run.as_of,
    run.status,
    run.exit_code,
    run.closed_at
FROM run
WHERE hedui_covers(run.area)
