"""How follow-up goes: helped children first, no count that tells of few, the desk's own row whole, and what registries delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reconciliation.worklist_words import DAYS_TO_ANSWER
from sql.database import writing
from sql.driver_faults import refusals
from sql.follow_up import FollowUp, follow_up, own_follow_up
from sql.last_night import last_night
from sql.roles import views
from sql.secure import secure
from sql.serving import pool_of, serving
from sql.tables import FINDING, OUTCOME, RUN, TASK
from sql.taking_back import TAKEN_BACK
from tests.portal.conftest import COUNTY, DESK, Office
from tests.postgres import postgres_folder, postgres_url  # noqa: F401 - fixtures
from tests.submission.attacker import Attacker
from vocabulary.errors import Refusal
from vocabulary.figures import FIGURES
from vocabulary.roles import Role, Scope
from vocabulary.settings import Secret, Settings

AS_OF = date(2026, 10, 31)
LATE, FRESH = AS_OF - DAYS_TO_ANSWER - timedelta(days=1), AS_OF - DAYS_TO_ANSWER
MEASURES = ("registered", "open", "overdue", "answered")
few = settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def town(number: int, county: str = COUNTY) -> str:
    return f"{county}{number:03d}"


def given_tasks(told: Settings, rows: list[tuple[str, str, date, str | None, int]]) -> None:
    """A night and its tasks: desk, status of the finding, day of issue, code of the answer, days until it came."""
    with writing(told) as connection:
        for table in (OUTCOME, TASK, FINDING, RUN):
            connection.execute(sa.delete(table))
        run = {"run_id": "r", "night_no": 1, "as_of": AS_OF, "opened_at": datetime.now(UTC), "closed_at": datetime.now(UTC), "area": COUNTY}
        connection.execute(sa.insert(RUN).values(**run, status="complete"))
        ids = [f"{number:05d}" for number in range(len(rows))]
        finding = {"kind": "not_registered", "first_run_id": "r", "last_run_id": "r"}
        found = [finding | {"finding_id": one, "status": row[1]} for one, row in zip(ids, rows, strict=True)]
        tasks = [
            {"task_no": one, "finding_id": one, "desk": row[0], "issued_run_id": "r", "issued_on": row[2]}
            for one, row in zip(ids, rows, strict=True)
        ]
        answers = [
            {"task_no": one, "code": row[3], "answered_on": row[2] + timedelta(days=row[4]), "file_sha256": "0" * 64}
            for one, row in zip(ids, rows, strict=True)
            if row[3]
        ]
        if rows:
            connection.execute(sa.insert(FINDING), found)
            connection.execute(sa.insert(TASK), tasks)
        if answers:
            connection.execute(sa.insert(OUTCOME).values(received_at=datetime.now(UTC)), answers)


def tasks_of(counts: list[tuple[int, int, int, int]], desk: str = "registration_desk") -> list[tuple[str, str, date, str | None, int]]:
    """Of each township: registered with help, answered otherwise, overdue, waiting."""
    rows: list[tuple[str, str, date, str | None, int]] = []
    for number, (helped, other, overdue, waiting) in enumerate(counts, start=1):
        place = f"{desk}-{town(number)}"
        rows += [(place, "answered", LATE, "A3", 4)] * helped + [(place, "answered", LATE, "B1", 6)] * other
        rows += [(place, "issued", LATE, None, 0)] * overdue + [(place, "issued", FRESH, None, 0)] * waiting
    return rows


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A state without an installation around it, on SQLite."""
    home = tmp_path_factory.mktemp("follow-up")
    yield Settings(home, Secret(f"sqlite:///{home / 'hedui.db'}"), {}, area=(COUNTY,))
    pool_of.cache_clear()


def test_counts_are_in_fives_and_a_desks_own_row_is_exact(state: Settings) -> None:
    given_tasks(state, tasks_of([(7, 3, 2, 12), (0, 4, 16, 1), (11, 1, 0, 0)]))
    county, one, two, three = follow_up(state, (COUNTY,))
    assert one == FollowUp(town(1), registered=5, open=10, overdue=0, answered=10, median_days=4)
    assert two == FollowUp(town(2), registered=0, open=15, overdue=15, answered=0, median_days=None)
    assert three == FollowUp(town(3), registered=10, open=0, overdue=0, answered=10, median_days=4)
    assert (county.place_code, county.median_days) == (COUNTY, 4)
    assert own_follow_up(state, Scope(DESK, (town(1),))) == FollowUp(town(1), 7, 14, 2, 10, 4)
    assert own_follow_up(state, Scope(f"registration_desk-{town(9)}", (town(9),))) == FollowUp(town(9))
    assert own_follow_up(state, Scope("hospital-990101H01", (COUNTY,))) is None


def test_the_fifteenth_day_is_in_time_and_the_sixteenth_is_not(state: Settings) -> None:
    for issued, overdue in ((FRESH, 0), (LATE, 6)):
        given_tasks(state, [(DESK, "issued", issued, None, 0)] * 6)
        own = own_follow_up(state, Scope(DESK, (town(1),)))
        assert own and (own.open, own.overdue) == (6, overdue)
    assert f"> {DAYS_TO_ANSWER.days} THEN" in views()["export_follow_up"]
    assert [f"newest.code = '{code}'" in views()["export_follow_up"] for code in FIGURES["registered_with_help"]] == [True]


def test_a_protected_childs_task_and_one_that_was_passed_on_are_not_counted_here(state: Settings) -> None:
    officer = [(f"senior_officer-{COUNTY}", "issued", LATE, None, 0)] * 20
    passed_on = [(DESK, "issued", LATE, "C4", 2)] * 6
    given_tasks(state, [*officer, *passed_on, *tasks_of([(0, 0, 5, 0)])])
    assert [place.place_code for place in follow_up(state, ())] == [COUNTY, town(1)]
    own = own_follow_up(state, Scope(DESK, (town(1),)))
    assert own and (own.open, own.answered) == (5, 6)


def test_what_was_taken_back_was_not_said(state: Settings) -> None:
    given_tasks(state, tasks_of([(3, 0, 0, 0)]))
    with writing(state) as connection:
        task_nos = connection.execute(sa.select(TASK.c.task_no).order_by(TASK.c.task_no)).scalars().all()
        more = {"answered_on": AS_OF, "received_at": datetime.now(UTC), "file_sha256": "0" * 64}
        rows = [(task_nos[0], TAKEN_BACK), (task_nos[1], TAKEN_BACK), (task_nos[1], "B1")]
        connection.execute(sa.insert(OUTCOME), [more | {"task_no": task_no, "code": code} for task_no, code in rows])
    own = own_follow_up(state, Scope(DESK, (town(1),)))
    assert own and (own.registered, own.answered) == (1, 2)
    assert f"<> '{TAKEN_BACK}'" in views()["export_follow_up"]


def test_other_counties_are_not_told(state: Settings) -> None:
    given_tasks(state, [*tasks_of([(9, 0, 0, 0)]), (f"registration_desk-{town(1, '990102')}", "issued", FRESH, None, 0)])
    assert {place.place_code[:6] for place in follow_up(state, (COUNTY,))} == {COUNTY}
    assert {place.place_code[:6] for place in follow_up(state, ("9901",))} == {COUNTY, "990102"}
    assert follow_up(state, ("990103",)) == []


def highest(least: int, below: int, towns: int) -> float:
    """What a reader who knows the rule makes of a county's count: the next step that there is, less one."""
    steps = [step for step in range(below + 10, below + 4 * (towns - 2) + 1, 5) if step > least]
    return steps[0] - 1 if steps else float("inf")


def read_page(reader: Attacker, told: list[FollowUp], night: int = 0) -> None:
    """A township's count is one of five; the county's lies below its next step; townships add up; late ones wait and helped ones answered."""
    county, *towns = told
    for measure in MEASURES:
        for place in towns:
            reader.cell((night, place.place_code, measure))
            least = getattr(place, measure)
            reader.bounds[reader.cell((night, place.place_code, measure))] = (least, least + 4)
        least = getattr(county, measure)
        most = highest(least, sum(getattr(place, measure) for place in towns), len(towns))
        reader.bounds[reader.cell((night, COUNTY, measure))] = (least, None if most == float("inf") else most)
        reader.adds((night, COUNTY, measure), [(night, place.place_code, measure) for place in towns])
    for place, (whole, part) in product(towns, (("open", "overdue"), ("answered", "registered"))):
        reader.adds((night, place.place_code, whole), [(night, place.place_code, part), (night, place.place_code, f"{whole} but {part}")])


def exact_rows(counts: list[tuple[int, int, int, int]]) -> dict[tuple[str, str], int]:
    """(township, measure) -> what is so."""
    rows = {}
    for number, (helped, other, overdue, waiting) in enumerate(counts, start=1):
        told = (helped, overdue + waiting, overdue, helped + other)
        rows |= {(town(number), measure): count for measure, count in zip(MEASURES, told, strict=True)}
    return rows


small = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
counties = st.lists(small, min_size=2, max_size=5)


@few
@given(counts=counties)
@pytest.mark.parametrize("knows_own", [False, True])
def test_no_count_of_a_township_can_be_told_closer_than_its_five(state: Settings, counts: list, knows_own: bool) -> None:
    counts = [one if any(one) else (0, 0, 0, 1) for one in counts]  # a township without any task has no row
    given_tasks(state, tasks_of(counts))
    told, exact, reader = follow_up(state, (COUNTY,)), exact_rows(counts), Attacker()
    read_page(reader, told)
    for measure in MEASURES:  # the county's count is what that reader takes it for
        least, below = getattr(told[0], measure), sum(getattr(place, measure) for place in told[1:])
        assert least == below or (least >= below + 10 and least % 5 == 0)
        assert least <= sum(exact[place.place_code, measure] for place in told[1:]) <= highest(least, below, len(counts))
    own = town(1) if knows_own else None
    for measure in MEASURES if own else ():
        reader.knows((0, own, measure), exact[town(1), measure])
    for place, measure in product([place for place in told[1:] if place.place_code != own], MEASURES):
        least, (low, high) = getattr(place, measure), reader.range((1, (0, place.place_code, measure)))
        assert least <= exact[place.place_code, measure] <= least + 4
        assert low <= least + 1e-6 and high >= least + 4 - 1e-6, (place, measure, low, high)


@few
@given(counts=st.lists(st.integers(0, 13), min_size=3, max_size=5), more=st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_two_nights_beside_each_other_tell_of_no_single_child(state: Settings, counts: list, more: list) -> None:
    reader, exact = Attacker(), []
    for night, helped in enumerate((counts, [one + extra for one, extra in zip(counts, more, strict=False)])):
        given_tasks(state, tasks_of([(count, 0, 0, 1) for count in helped]))
        read_page(reader, follow_up(state, (COUNTY,)), night)
        exact.append(helped)
    for number in range(1, len(counts) + 1):  # nobody is registered less from one night to the next
        reader.adds((1, town(number), "registered"), [(0, town(number), "registered"), ("between", town(number))])
    for number, (before, after) in enumerate(zip(*exact, strict=True), start=1):
        low, high = reader.range((1, ("between", town(number))))
        assert low <= min(after - before, 1) + 1e-6 and high >= 4 - 1e-6, (number, before, after, low, high)


def test_postgresql_tells_the_same_by_the_view_alone(state: Settings, postgres_url: str) -> None:  # noqa: F811
    rows = tasks_of([(7, 3, 2, 12), (0, 4, 16, 1), (11, 1, 0, 0), (30, 2, 5, 9)])
    owner = replace(state, database=Secret(postgres_url))
    secure(owner)
    for told in (state, owner):
        given_tasks(told, rows)
    staged = replace(owner, database_role="stages")
    try:
        assert [asdict(place) for place in follow_up(staged, (COUNTY,))] == [asdict(place) for place in follow_up(state, (COUNTY,))]
        assert follow_up(owner, (COUNTY,)) == follow_up(state, (COUNTY,)), "before roles were made"
        assert follow_up(staged, ("990102",)) == []
        scope = Scope(DESK, (town(1),))
        assert own_follow_up(staged, scope) == own_follow_up(state, scope) == FollowUp(town(1), 7, 14, 2, 10, 4)
        assert (night := last_night(staged)) and night.run_id == "r"
        with pytest.raises(Refusal), refusals(), serving(staged, "export", Scope(areas=(COUNTY,))) as connection:
            connection.execute(sa.text("SELECT count(*) FROM task"))
    finally:
        pool_of(postgres_url).dispose()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_whoever_reads_the_county_reads_the_same_and_no_small_count(office: Office) -> None:
    people = [office.person(role.value, role) for role in (Role.STEWARD, Role.STATISTICIAN)]
    pages = [person.get("/progress") for person in people]
    page = pages[0]
    assert len({page.split("<main")[1] for page in pages}) == 1
    assert page.index("经核对协助，已登记户口的儿童") < page.index("待办")
    cells = re.findall(r'<td class="number">([^<]*)</td>', page.split("<details>")[0])
    assert len(cells) > 60 and all(re.fullmatch(r"不足 5|≥ \d*[05]|—|\d+", cell) for cell in cells)
    assert {cell for number, cell in enumerate(cells) if number % 5 != 4 and cell.isdigit()} == set()
    assert all(name in page for name in ("户籍登记", "医院出生记录", "卫健出生报告", "当晚送到", "2026-10-31"))
    assert "还没有封存的月报" in people[0].get("/progress/plots")


def test_a_desk_sees_its_own_row_beside_the_countys_and_no_other_townships(office: Office) -> None:
    page = office.clerk().get("/progress")
    table = page.split("<table")[1].split("</table>")[0]
    rows = [re.findall(r'<td class="number">([^<]*)</td>', row) for row in table.split("<tr")[2:]]
    mine = office.items()
    waiting = int((mine["kind"] == "not_registered").sum())
    assert len(rows) == 2 and rows[0][1] == str(waiting) and rows[1][1].startswith("≥")
    unit = office.clerk("hospital-990101H01", "unit.one").get("/progress")
    assert unit.split("<table")[1].split("</table>")[0].count("<tr") == 2, "the head and the county"


def test_the_page_speaks_english_and_names_a_late_registry(office: Office) -> None:
    report = next((office.settings.home / "runs").glob("*/report.json"))
    late = '"registry": "hukou",\n   "status": "last_good"'
    report.write_text(report.read_text().replace('"registry": "hukou",\n   "status": "fresh"', late))
    person = office.person("auditor", Role.AUDITOR)
    person.get("/language/en?to=/progress")
    told = text_of(person.get("/progress"))
    assert "Children registered after follow-up" in told and "Late" in told and "earlier data stand in" in told
    said = re.sub(r"<(td|th scope=.row.|bdi|title|h2|option)[^>]*>.*?</\1|aria-label=\S+", " ", person.get("/progress").split("<main")[1])
    assert re.findall(r"[\u4e00-\u9fff]{2,}", re.sub(r'<th scope="row"[^>]*>.*?</th>', "", said)) == []


def test_without_a_night_the_page_says_so(tmp_path: Path) -> None:
    empty = Settings(tmp_path, Secret(f"sqlite:///{tmp_path / 'hedui.db'}"), {}, area=(COUNTY,))
    with writing(empty):
        pass
    assert last_night(empty) is None
    assert follow_up(empty, (COUNTY,)) == []
    pool_of.cache_clear()
