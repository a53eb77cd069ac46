-- Answers of desks of the session's areas: one row a county and code. Fewer than five are not told (rights.md R9).
-- What was taken back (S0, sql/taking_back.py) was not said.
WITH said AS (
    SELECT
        outcome.task_no,
        outcome.code,
        lead(outcome.code) OVER (PARTITION BY outcome.task_no ORDER BY outcome.outcome_id) AS next_code
    FROM outcome
)

SELECT
    left(finding.division_code, 6) AS county_code,
    said.code,
    CASE WHEN count(*) >= 5 THEN count(*) END AS outcome_count
FROM said
INNER JOIN task ON said.task_no = task.task_no
INNER JOIN finding ON task.finding_id = finding.finding_id
WHERE
    finding.division_code ^@ ANY((SELECT hedui_areas())::TEXT []) -- noqa: LT01,CP03
    AND said.code <> 'S0' AND coalesce(said.next_code, '') <> 'S0'
GROUP BY left(finding.division_code, 6), said.code
