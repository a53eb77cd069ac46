"""The bulletin: the helped children first, nothing that disclosure control would not release, nobody in it, nothing from elsewhere, two languages."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from submission.bulletin import page, pdf
from submission.bulletin.evidence import CURVE_DAYS, Evidence, names_of
from submission.bulletin.funnel import Stands, funnel, limit, stands
from submission.bulletin.publish import publish
from submission.bulletin.rounded import rounded
from submission.bulletin.sealed import Places, Sealed, places
from submission.bulletin.tables import Shown, released_tables
from submission.bulletin.words import Words
from submission.disclosure.audiences import audience
from submission.quality.timeliness import curves
from tests.submission.month_fixture import AS_OF, MONTH, births
from vocabulary.areas import Area, Areas
from vocabulary.errors import GateRefused
from vocabulary.page_words import texts_in
from vocabulary.settings import Settings

CANARY_NAME, CANARY_NUMBER, CANARY_VILLAGE = "欧阳金丝雀", "990101202607019990", "990101003207"
AREAS = Areas([Area("990101", "示例县"), *(Area(f"990101{number:03d}", f"第{number}镇") for number in range(24))])


def told_of(settings: Settings, to: str = "public") -> Evidence:
    """A county of two dozen townships, the smallest of which have few births; its births carry canaries that no page may show."""
    sealed = Sealed("2026-08-v1", MONTH, AS_OF, "2026-10-31-001", births(a_month=220), followed_up=37)
    rows = sealed.births.assign(child_name=CANARY_NAME, mother_id_number=CANARY_NUMBER, division_code=CANARY_VILLAGE)
    sealed = replace(sealed, births=rows)
    at = places(sealed, AREAS)
    tables = released_tables(sealed, at, to, settings)
    chance = np.random.default_rng(3)
    waited = pd.DataFrame({"days": chance.integers(0, 200, 900), "is_recorded": chance.random(900) < 0.8, "registry": "hukou"})
    return Evidence(
        return_id=sealed.return_id,
        month=MONTH,
        as_of=AS_OF,
        audience=to,
        window=tuple(sealed.window),
        places=at,
        names=names_of(at, AREAS),
        tables=tables,
        estimate=None,
        has_sample=False,
        curves=rounded(curves(waited, "registry", CURVE_DAYS), audience(to)),
        timely=funnel(tables.townships, at.whole, at.units, "registered_in_30_days", "past_due"),
        registered=funnel(tables.townships, at.whole, at.units, "registered", "past_due"),
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    home = tmp_path_factory.mktemp("bulletin")
    return told_of(Settings.from_environment({"HEDUI_HOME": str(home)}))


@pytest.fixture(scope="module", params=["zh", "en"])
def html(told, request):
    return page.rendered(told, request.param)


class Reader(HTMLParser):
    """Headings' sections in order, cells of tables, and everything that would be fetched."""

    def __init__(self, text):
        super().__init__()
        self.sections, self.rows, self.fetched, self._inside = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.sections += [given["id"]] if tag == "section" else []
        self.fetched += [(tag, name) for name in ("src", "srcset", "xlink:href") if name in given] + (
            [(tag, "")] if tag in {"script", "link"} else []
        )
        self.rows += [[]] if tag == "tr" else []
        self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if self._inside[-1:] in (["td"], ["th"]):
            self.rows[-1].append(data.strip())


def test_the_children_who_were_helped_come_first(html):
    assert Reader(html).sections == ["helped", "coverage", "timeliness", "places", "open"]
    assert re.search(r"<strong>\s*37 ", html)


def test_what_is_not_released_is_neither_in_a_table_nor_in_a_picture(told, html):
    at, read = told.places, Reader(html)
    names = {
        code: name or texts_in(Words.PATH)["page"]["no_township"][html.startswith('<!DOCTYPE html>\n<html lang="en"')]
        for code, name in told.names.items()
    }
    printed = {row[0]: row[1:] for row in read.rows if len(row) == 6}, {row[0]: row[1:] for row in read.rows if len(row) == 3}
    columns = ("past_due", 0, 0), ("registered_in_30_days", 0, 1), ("registered", 0, 3), ("not_yet_due", 1, 0), ("overdue", 1, 1)
    hidden = 0
    for code in at.units:
        for measure, table, column in columns:
            count = told.tables.townships.get(code, measure)
            assert printed[table][names[code]][column] == ("*" if count is None else f"{count:,}")
            hidden += count is None
    assert 10 < hidden < 80
    pictures = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)[-4:]
    for picture, one in zip(pictures, (told.timely, told.timely, told.registered, told.registered), strict=True):
        marks = re.search(r'class="mark-symbol role-mark[^"]*"[^>]*>(.*?)</g>', picture, flags=re.DOTALL)
        assert len(re.findall("<path", marks[1])) == len(one.units) == len(at.units) - one.hidden
        assert one.hidden
        assert not any(names[code] in picture for code in at.units if code not in set(one.units["code"]))


def test_nobody_and_no_village_is_in_it(html):
    for canary in (CANARY_NAME, CANARY_NUMBER, CANARY_VILLAGE, CANARY_NAME[:2]):
        assert canary not in html
    assert not re.search(r"\d{12}", re.sub(r"\d+\.\d+", "", html))


def test_it_asks_for_nothing_from_elsewhere(html):
    assert Reader(html).fetched == []
    elsewhere = re.findall(r"https?://[^\s\"'<]+", re.sub(r'xmlns(:\w+)?="[^"]*"', "", html))
    assert elsewhere == []
    assert "url(#" not in html.replace("clip-path", "")


def test_every_picture_has_words_a_reading_and_a_table(html):
    pictures = re.findall(r"<svg[^>]*>", html)
    assert len(pictures) >= 6
    assert all('role="img"' in one and re.search(r'aria-label="[^"]{15,}"', one) for one in pictures)
    assert html.count('class="reading"') == 5
    assert html.count("<table>") == 4


def test_both_languages_are_complete(told):
    for section, said in texts_in(Words.PATH).items():
        for key, pair in said.items():
            assert len(pair) == 2, (section, key)
            assert all(text or (section, key) == ("page", "gap") for text in pair)
            assert sorted(re.findall(r"{(\w+)", pair[0])) == sorted(re.findall(r"{(\w+)", pair[1])), (section, key)
    english = page.rendered(told, "en")
    for name in told.names.values():
        english = english.replace(name or "", "")
    left = set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<style>.*?</style>", "", english, flags=re.DOTALL)))
    assert left <= {"中文"}


def test_a_township_in_the_funnel_is_named_only_beyond_what_chance_makes():
    counts = {("c", "n"): 2100, ("c", "x"): 1680, ("low", "n"): 300, ("low", "x"): 200, ("in", "n"): 1800, ("in", "x"): 1480}
    one = funnel(Shown(counts), "c", ("low", "in", "hidden"), "x", "n")
    assert (one.standing(Stands.BELOW), one.standing(Stands.WITHIN), one.hidden) == (["low"], ["in"], 1)
    assert stands(8, 10, 0.8) == stands(4, 10, 0.8) == Stands.WITHIN
    assert stands(2, 10, 0.8) == Stands.BELOW
    assert stands(10, 10, 0.3) == Stands.ABOVE
    rates = limit(np.array([10.0, 100.0, 1000.0, 1e6]), 0.8, 0.975)
    assert list(rates) == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0.8 + 1.96 * 0.0004, abs=1e-5)


@pytest.mark.parametrize(("missing", "share"), [(1, 0.99), (9, 0.99), (10, 0.99), (11, 0.98)])
def test_a_curve_never_tells_of_fewer_births_than_a_count_may(missing, share):
    births_of = pd.DataFrame(
        {"days": [1] * (1000 - missing) + [200] * missing, "is_recorded": [True] * (1000 - missing) + [False] * missing}
    )
    told = rounded(curves(births_of.assign(registry="hukou"), "registry"), audience("public"))
    at_30 = told[told["day"].eq(30)].iloc[0]
    assert at_30["share"] == share
    assert not {"births", "waiting"} & set(told.columns)
    assert (told.dropna()["low"] <= told.dropna()["share"]).all()


def test_a_month_that_nobody_let_out_has_no_bulletin(tmp_path):
    with pytest.raises(GateRefused, match=r"bulletin\.not_sealed"):
        publish("2026-08", settings=Settings.from_environment({"HEDUI_HOME": str(tmp_path)}))


def test_several_counties_are_compared_with_each_other():
    rows = births(a_month=30)
    other = rows.assign(township_code=rows["township_code"].str.replace("990101", "990102"))
    sealed = Sealed("2026-08-v1", MONTH, AS_OF, "r", pd.concat([rows, other]), 0)
    assert places(sealed, Areas()) == Places("990101+990102", ("990101", "990102"), 6)


def test_the_pdf_is_the_same_page(told):
    try:
        printed = pdf.pdf_of(page.rendered(told, "zh", for_print=True))
    except pdf.NoPrinter:
        pytest.skip("Pango is not on this machine: without it hedui writes the page and says so")
    assert printed.startswith(b"%PDF-")
    assert len(printed) > 20_000
