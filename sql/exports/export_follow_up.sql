-- How desks follow up children of whom no registration was found: one row a township (the tasks of its registration
-- desk) or county, and measure. PostgreSQL and SQLite read the same text (sql/follow_up.py). A protected child's task,
-- which the senior officer holds, is not counted: a desk could tell from it that there is one (rights.md R5).
WITH said AS (
    SELECT
        outcome.outcome_id,
        outcome.task_no,
        outcome.code,
        outcome.answered_on,
        lead(outcome.code) OVER (PARTITION BY outcome.task_no ORDER BY outcome.outcome_id) AS next_code
    FROM outcome
),

-- What was taken back (S0, sql/taking_back.py) was not said.
told AS (
    SELECT
        said.task_no,
        max(said.outcome_id) AS newest_id,
        min(said.answered_on) AS first_on
    FROM said
    WHERE said.code <> 'S0' AND coalesce(said.next_code, '') <> 'S0'
    GROUP BY said.task_no
),

night AS (SELECT max(run.as_of) AS as_of FROM run WHERE run.closed_at IS NOT NULL),

item AS (
    SELECT
        substr(task.desk, 19) AS place_code,
        -- A task that was passed on (C4) waits at another desk.
        CASE WHEN finding.status = 'issued' AND coalesce(newest.code, '') <> 'C4' THEN 1 ELSE 0 END AS is_open,
        -- date_mi is what PostgreSQL's date - date calls; SQLite is given one of that name. Fifteen days to answer.
        CASE WHEN date_mi(night.as_of, task.issued_on) > 15 THEN 1 ELSE 0 END AS is_late,
        CASE WHEN told.task_no IS NOT NULL THEN 1 ELSE 0 END AS is_answered,
        CASE WHEN newest.code = 'A3' THEN 1 ELSE 0 END AS is_registered,
        date_mi(told.first_on, task.issued_on) AS waited
    FROM task
    INNER JOIN finding ON task.finding_id = finding.finding_id
    CROSS JOIN night
    LEFT JOIN told ON task.task_no = told.task_no
    LEFT JOIN outcome AS newest ON told.newest_id = newest.outcome_id
    WHERE
        substr(task.desk, 1, 18) = 'registration_desk-'
        AND finding.kind = 'not_registered'
        AND hedui_reaches(task.desk)
),

spread AS (
    SELECT item.* FROM item
    UNION ALL
    SELECT
        substr(item.place_code, 1, 6) AS place_code,
        item.is_open,
        item.is_late,
        item.is_answered,
        item.is_registered,
        item.waited
    FROM item
),

ranked AS (
    SELECT
        spread.place_code,
        spread.waited,
        row_number() OVER (PARTITION BY spread.place_code ORDER BY spread.waited) AS place,
        count(*) OVER (PARTITION BY spread.place_code) AS among
    FROM spread
    WHERE spread.waited IS NOT NULL
),

exact AS (
    SELECT
        spread.place_code,
        'registered' AS measure,
        sum(spread.is_registered) AS number
    FROM spread GROUP BY spread.place_code
    UNION ALL
    SELECT
        spread.place_code,
        'open' AS measure,
        sum(spread.is_open) AS number
    FROM spread GROUP BY spread.place_code
    UNION ALL
    SELECT
        spread.place_code,
        'overdue' AS measure,
        sum(spread.is_open * spread.is_late) AS number
    FROM spread GROUP BY spread.place_code
    UNION ALL
    SELECT
        spread.place_code,
        'answered' AS measure,
        sum(spread.is_answered) AS number
    FROM spread GROUP BY spread.place_code
    UNION ALL
    SELECT
        ranked.place_code,
        'median_days' AS measure,
        ranked.waited AS number
    FROM ranked WHERE ranked.place = (ranked.among + 1) / 2
),

-- What leaves (decision 0031): counts in fives, rounded down, so that neither one table nor the tables of two nights
-- tell of fewer than five. A desk's own row is read from above this line.
five AS (
    SELECT
        exact.place_code,
        exact.measure,
        exact.number / 5 * 5 AS at_least
    FROM exact
    WHERE exact.measure <> 'median_days'
),

summed AS (
    SELECT
        substr(five.place_code, 1, 6) AS place_code,
        five.measure,
        cast(sum(five.at_least) AS BIGINT) AS low,
        -- The most that may be said of a county: more would lift a township off the lower end of its five, even for one
        -- that knows its own count.
        (cast(sum(five.at_least) AS BIGINT) + 4 * (count(*) - 2)) / 5 * 5 AS most
    FROM five
    WHERE length(five.place_code) > 6
    GROUP BY substr(five.place_code, 1, 6), five.measure
),

county AS (
    SELECT
        five.place_code,
        five.measure,
        summed.low,
        CASE WHEN five.at_least > summed.most THEN summed.most ELSE five.at_least END AS at_least
    FROM five
    INNER JOIN summed ON five.place_code = summed.place_code AND five.measure = summed.measure
),

leaves AS (
    SELECT
        five.place_code,
        five.measure,
        five.at_least
    FROM five WHERE length(five.place_code) > 6
    UNION ALL
    -- The next step above what the townships have at least is ten more: five more would press them to that end.
    SELECT
        county.place_code,
        county.measure,
        CASE WHEN county.at_least >= county.low + 10 THEN county.at_least ELSE county.low END AS at_least
    FROM county
    UNION ALL
    SELECT
        exact.place_code,
        exact.measure,
        exact.number AS at_least
    FROM exact
    INNER JOIN five ON exact.place_code = five.place_code AND five.measure = 'answered' AND five.at_least > 0
    WHERE exact.measure = 'median_days'
)

SELECT
    leaves.place_code,
    leaves.measure,
    leaves.at_least
FROM leaves
