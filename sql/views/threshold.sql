-- view:  threshold
-- grain: one row: every number that a rule rests on, with its reason
SELECT
    -- A pair for review that is this likely counts as "probably registered": the steward decides first, and nobody
    -- is visited. Below it the child stays on the list, and the steward decides as well: a needless visit offers
    -- help, a missed child stays without papers, so the list is left only for odds of 3 to 1.
    0.75 AS probable_match,
    -- Whoever is this likely to be a child who died is left in peace (rights.md R4: any possible match).
    0.001 AS mourning_match,
    -- Whoever is this likely to be a child whom another record places in another county is not visited here: the
    -- steward sees it first (no other county's resident is ever on a list).
    -- Low, because village reports of such children carry a local address, a day 01 and no number: on five hard sample
    -- counties it held back 12 of 6,200 children, 4 of them rightly.
    0.0005 AS elsewhere_match,
    -- The same where the birth already has a record of that registry: that other record would have to be a second
    -- one of this birth, and registries hold few births twice.
    0.05 AS elsewhere_duplicate,
    -- A lunar reading moves a date by 19 to 54 days (domain.md 2.4, row 12).
    60 AS days_of_mourning,
    -- Two deliveries of one mother closer than this do not happen: one of the records is wrong (design.md).
    180 AS days_between_deliveries,
    -- The law gives one month to register; before it nothing is late (regulations art. 7).
    30 AS days_until_due,
    -- Errors that move a birth date further than this move it back: a lunar reading by 19 to 54 days, a January typed
    -- with the old year by 365 (domain.md 2.4, rows 12 and 15). Those that move it forward are a few days.
    15 AS days_of_small_slip
