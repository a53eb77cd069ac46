-- Findings of the session's areas: one row a county, kind and status. Fewer than five are not told (rights.md R9).
SELECT
    left(finding.division_code, 6) AS county_code,
    finding.kind,
    finding.status,
    CASE WHEN count(*) >= 5 THEN count(*) END AS finding_count
FROM finding
WHERE finding.division_code ^@ ANY((SELECT hedui_areas())::TEXT []) -- noqa: LT01,CP03
GROUP BY left(finding.division_code, 6), finding.kind, finding.status
