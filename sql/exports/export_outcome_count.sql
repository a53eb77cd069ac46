-- Answers of desks of the session's areas: one row a county and code. Fewer than five are not told (rights.md R9).
SELECT
    left(finding.division_code, 6) AS county_code,
    outcome.code,
    CASE WHEN count(*) >= 5 THEN count(*) END AS outcome_count
FROM outcome
INNER JOIN task ON outcome.task_no = task.task_no
INNER JOIN finding ON task.finding_id = finding.finding_id
WHERE finding.division_code ^@ ANY((SELECT hedui_areas())::TEXT []) -- noqa: LT01,CP03
GROUP BY left(finding.division_code, 6), outcome.code
