"""The linkage report: what it says, that its parts add up, that it names nobody, and that it stands when there is little to say."""

import base64
import json
import re
import shutil
import stat
from dataclasses import replace
from html.parser import HTMLParser
from string import Formatter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure

from demo import build
from hedui import report as command
from matching.link import link, write_linked
from matching.model.files import model_path, read_spec
from matching.model.learned import Bond, Care
from matching.model.limits import limits_of
from matching.report import drawing, numbers, sections, truth_sections
from matching.report.evidence import DECISIONS, read_evidence
from matching.report.levels import bond_weights, care_weights, joint_weights, level_weights
from matching.report.page import report
from matching.report.waterfall import checked, explained, nearest_pair, steps_of
from matching.report.words import Words, texts
from tests.matching.tables import records
from tests.matching.test_county import accepted
from vocabulary.errors import ConfigurationError
from vocabulary.runs import private_folder
from vocabulary.wording import FORBIDDEN

pytestmark = pytest.mark.long
CHINESE = re.compile("[\u3400-\u9fff]")
PAIR = """
    registry | record_id | mother_id_number   | mother_name | born_on    | child_sex
    hospital | h1         | 990101199001011233 | 王芳        | 2026-05-01 | 1
    hukou    | r1         | 990101199001011233 | 王芳        | 2026-05-01 | 1
    hukou    | r2         | 990101199203022345 | 李娜        | 2026-07-09 | 2
"""


def linked_folder(folder, told, name="birth_record", *, run=True):
    """A run as a night leaves it, or the folder of `hedui link`."""
    target = private_folder(folder / "linked" if run else folder)
    write_linked(link(told, name="birth_id" if name == "birth_record" else "entity_id"), target, name)
    if run:
        told.to_parquet(private_folder(folder / "accepted") / "record.parquet", index=False)
        (folder / "run.json").write_text(json.dumps({"as_of": "2026-10-31"}))
    return folder


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A run, its truth and its records."""
    folder = tmp_path_factory.mktemp("county")
    built = build(folder / "demo", 400, seed=17, severity="hard")
    told = accepted(built.databases)
    return linked_folder(folder / "2026-10-31-001", told), built.truth, told


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request, county, tmp_path_factory):
    """The page of the county with its truth, in a language; and what was written."""
    run, truth, _ = county
    written = report(read_evidence(run, truth), tmp_path_factory.mktemp(request.param) / "report", request.param)
    return request.param, written.page.read_text(encoding="utf-8"), written


class Tags(HTMLParser):
    """Tags that are open, and what was found."""

    EMPTY = ("meta", "br", "img")

    def __init__(self, text):
        super().__init__()
        self.open, self.images, self.seen = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.images += [dict(attrs)] if tag == "img" else []
        self.open += [] if tag in self.EMPTY else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def without_pictures(text):
    return re.sub(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+", "", text)


def test_the_page_is_whole_and_asks_nothing_of_a_network_or_a_script(page):
    locale, text, _ = page
    tags = Tags(text)
    assert tags.open == []
    assert tags.seen.isdisjoint({"script", "link", "iframe", "object", "form"})
    assert not re.search(r"https?:|@import|url\(", without_pictures(text))
    assert f'lang="{"zh-CN" if locale == "zh" else "en"}"' in text
    assert "{{" not in text


def test_each_picture_says_in_words_what_it_shows_and_lies_beside_the_page(page):
    _, text, written = page
    images = Tags(text).images
    assert len(images) == len(written.charts) == 5
    assert all(image["src"].startswith("data:image/svg+xml;base64,") and len(image["alt"]) > 20 for image in images)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written.charts)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (written.page, *written.charts)} == {0o600}
    assert stat.S_IMODE(written.page.parent.stat().st_mode) == 0o700


def test_a_page_is_in_one_language(page):
    locale, text, _ = page
    body = without_pictures(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
    assert bool(CHINESE.search(body)) == (locale == "zh")
    assert ("blocking rule" in body) == (locale == "en")


def test_nobody_is_named(page, county):
    _, text, _ = page
    *_, told = county
    pictures = "".join(base64.b64decode(found).decode() for found in re.findall(r"base64,([A-Za-z0-9+/=]+)", text))
    shown = without_pictures(text) + pictures
    told_numbers, told_names = (" ".join(re.findall(told_as, shown)) for told_as in ("[0-9A-Za-z_-]{6,}", "[\u3400-\u9fff·]+"))
    numbers_of = ["record_id", "certificate_no", "child_id_number", "mother_id_number", "father_id_number"]
    assert not [column for column in numbers_of if any(str(value) in told_numbers for value in told[column].dropna() if len(value) > 5)]
    own_words = json.dumps(texts(), ensure_ascii=False)  # 未取名 stands in a name's field, and is a word of ours
    names = {name for column in ("child_name", "mother_name", "father_name") for name in told[column].dropna() if name not in own_words}
    assert len(names) > 500
    assert not [name for name in names if name in told_names]
    assert not re.search(r"\bb[a-z0-9]{12,}\b", without_pictures(text)), "nor a birth by its id"


def test_the_parts_of_every_pair_add_up_to_its_weight(county):
    evidence = read_evidence(county[0])
    told = checked(evidence)
    assert (told.pairs, told.differing, told.complete) == (len(evidence.pairs), 0, True)
    for row in range(0, len(evidence.pairs), 50):
        assert sum(step.bits for step in steps_of(evidence, row)) == pytest.approx(evidence.pairs.weight[row], abs=1e-6)


def test_the_parts_add_up_without_the_records_too(county):
    evidence = replace(read_evidence(county[0]), tables=None)
    told = explained(evidence, np.arange(len(evidence.pairs)))
    parts = told.prior + told.gains.sum(axis=1) + told.rarity.sum(axis=1) + told.bonds.sum(axis=1) + told.care + told.others + told.rest
    assert parts == pytest.approx(evidence.pairs.weight, abs=1e-9)
    assert not told.rarity.any()
    assert not checked(evidence).complete


@pytest.fixture(scope="module")
def bound(county, tmp_path_factory):
    """The county linked by a model in which fields err together and errors gather in some pairs."""
    *_, told = county
    model = read_evidence(county[0]).model
    sizes = [len(model.spec.comparison(name).levels) + 1 for name in ("mother_name", "father_name")]
    together = np.zeros(sizes)
    together[1:-1, 1:-1], together[0, 1:-1] = 1.5, -0.4
    care = Care(0.1, 4.0, ("child_name", "born_on", "area", "mother_id"))
    linked = link(told, replace(model, bonds=(Bond("mother_name", "father_name", together),), care=care), name="birth_id")
    run = tmp_path_factory.mktemp("bound") / "2026-10-31-002"
    write_linked(linked, private_folder(run / "linked"), "birth_record")
    shutil.copytree(county[0] / "accepted", run / "accepted")
    return read_evidence(run)


def test_what_errs_together_is_told_apart_and_adds_up(bound):
    assert (checked(bound).differing, checked(bound).complete) == (0, True)
    levels = bound.pairs.levels[:, [bound.model.spec.place(name) for name in ("mother_name", "father_name")]]
    differ = int(np.flatnonzero((levels[:, 0] == 0) & (levels[:, 1] > 0) & (levels[:, 1] < bound.model.bonds[0].together.shape[1] - 1))[0])
    steps = {step.kind: step for step in steps_of(bound, differ)}
    assert (steps["bond"].name, steps["bond"].other) == ("mother_name", "father_name")
    assert steps["bond"].bits == pytest.approx(-0.4 / np.log(2))
    assert steps["care"].bits != 0
    assert sum(step.bits for step in steps_of(bound, differ)) == pytest.approx(bound.pairs.weight[differ], abs=1e-6)


def test_the_model_chart_and_page_tell_what_errs_together(bound, tmp_path):
    (bond,) = bond_weights(bound.model)
    assert bond.bits[0] == pytest.approx((0, 0))
    assert bond.bits[1] == pytest.approx((-0.4 / np.log(2),) * 2)
    assert bond.bits[3] == pytest.approx((1.5 / np.log(2),) * 2)
    care = care_weights(bound.model)
    assert len(care) == 4
    assert care[1] < care[2] < care[3], "the more errors there are already, the less one more says"
    assert [one.name for one in joint_weights(bound.model)] == ["bonds", "care"]
    text = report(bound, tmp_path / "out", "en").page.read_text(encoding="utf-8")
    assert "mother&#39;s name and father&#39;s name" in text
    assert "Errors gather in some pairs: in 10 % of matches every error is 4 times as likely" in text


def test_weights_of_another_version_are_told_apart(county, tmp_path):
    run = shutil.copytree(county[0], tmp_path / "run")
    path = run / "linked" / "pair.parquet"
    pairs = pq.read_table(path)
    pq.write_table(pairs.set_column(4, "match_weight", pa.array(pairs["match_weight"].to_numpy() + 1.0)), path)
    evidence = read_evidence(run)
    assert checked(evidence).differing > 0.9 * len(evidence.pairs)
    assert "Another version" in sections.waterfall(evidence, None, Words("en"))["check"]


def test_the_pair_nearest_to_the_limit_is_shown_unless_another_is_asked_for(county, tmp_path):
    evidence = read_evidence(county[0])
    pairs, link_limit = evidence.pairs, limits_of(evidence.model.spec.costs).link
    row = nearest_pair(evidence)
    across = pairs.left != pairs.right
    assert abs(pairs.weight[row] - link_limit) == np.abs(pairs.weight[across] - link_limit).min()
    assert (
        sections.waterfall(evidence, None, Words("en"))["title"]
        == f"The pair nearest to the limit of linking (row {row} of pair.parquet, the first being 0)"
    )
    assert sections.waterfall(evidence, 3, Words("en"))["title"] == "The chosen pair (row 3 of pair.parquet, the first being 0)"
    for missing in (-1, len(pairs)):
        with pytest.raises(ConfigurationError, match=r"report\.pair_missing"):
            report(evidence, tmp_path / "three", "en", missing)


def test_without_a_truth_what_needs_it_is_left_out(tmp_path):
    written = report(read_evidence(linked_folder(tmp_path / "run", records(PAIR))), tmp_path / "out", "en")
    text = written.page.read_text(encoding="utf-8")
    assert text.count("This needs the truth") == 3
    assert written.parity is None
    assert [path.stem for path in written.charts] == ["match_weights", "waterfall", "scores"]


def test_the_folder_of_hedui_link_is_shown_with_the_tables_or_without(tmp_path):
    told = records(PAIR)
    folder = linked_folder(tmp_path / "out", told, "entity", run=False)
    rules = [{"rule": "mother_number", "pairs": 12_345, "new_pairs": 2, "left_out": 0}]
    (folder / "report.json").write_text(json.dumps({"rules": rules}))
    bare, whole = read_evidence(folder), read_evidence(folder, tables=pa.Table.from_pandas(told))
    assert truth_sections.blocking(bare, Words("en"))["rows"][0]["counts"] == ["12,345", "2", "0"], "as linking told"
    assert "The records are not at hand" in sections.waterfall(bare, None, Words("en"))["check"]
    assert "the parts of all 1 pairs add up" in sections.waterfall(whole, None, Words("en"))["check"]


def test_tables_that_were_not_linked_are_refused(tmp_path):
    folder = linked_folder(tmp_path / "out", records(PAIR), "entity", run=False)
    with pytest.raises(ConfigurationError, match=r"report\.records_differ"):
        checked(read_evidence(folder, tables=pa.Table.from_pandas(records(PAIR).tail(1))))


def test_one_registry_is_shown_with_its_duplicates(tmp_path):
    run = linked_folder(tmp_path / "run", records(PAIR.replace("hukou   ", "hospital")))
    told = sections.waterfall(read_evidence(run), None, Words("en"))
    assert told["between"].startswith("hospital birth records, inside;")
    assert sum(count for _, count in sections.summary(read_evidence(run), Words("en"))["decisions"]) == 1


def test_an_empty_run_makes_a_page_and_says_that_there_are_no_pairs(county, tmp_path):
    run = shutil.copytree(county[0], tmp_path / "run")
    for name in ("linked/pair.parquet", "linked/birth_record.parquet", "accepted/record.parquet"):
        pq.write_table(pq.read_table(run / name).slice(0, 0), run / name)
    written = report(read_evidence(run, county[1]), tmp_path / "out", "zh")
    text = written.page.read_text(encoding="utf-8")
    assert text.count("没有可供列示的记录对") == 3, "of the waterfall, the scores and the reliability"
    assert Tags(text).open == []
    assert written.parity["children"].sum() == 0


def test_what_is_missing_is_said_all_at_once(tmp_path):
    with pytest.raises(ConfigurationError) as refused:
        read_evidence(tmp_path, tmp_path)
    assert [fault.where for fault in refused.value.faults] == [
        "pair.parquet",
        "model.json",
        "birth_record.parquet, entity.parquet",
        "record.parquet",
        "birth.parquet",
    ]
    pd.DataFrame({"registry": []}).to_parquet(tmp_path / "record.parquet")
    with pytest.raises(ConfigurationError, match=r"report\.truth_column"):
        read_evidence(tmp_path, tmp_path)


def test_pairs_of_another_model_are_refused(county, tmp_path):
    run = shutil.copytree(county[0], tmp_path / "run")
    pq.write_table(pq.read_table(run / "linked" / "pair.parquet").drop_columns(["sex"]), run / "linked" / "pair.parquet")
    with pytest.raises(ConfigurationError, match=r"report\.pair_differs"):
        _ = read_evidence(run).pairs


def test_labels_are_english_where_no_font_has_chinese(monkeypatch, tmp_path):
    monkeypatch.setattr(drawing, "chinese_font", lambda: None)
    assert drawing.chart_words(Words("zh")) == Words("en")
    assert drawing.style(Words("en"), "any")["font.family"] == ["DejaVu Sans"]
    spoken = []

    def draw(words):
        spoken.append(words.locale)
        return Figure()

    assert drawing.drawn("any", "任意", Words("zh"), draw).alt == "任意", "what stands beside the picture stays Chinese"
    assert spoken == ["en"]


def test_a_font_that_has_chinese_is_taken(monkeypatch):
    monkeypatch.setattr(drawing, "chinese_font", lambda: "Noto Sans CJK SC")
    assert drawing.chart_words(Words("zh")) == Words("zh")
    assert drawing.style(Words("zh"), "any")["font.family"] == ["Noto Sans CJK SC", "DejaVu Sans"]


def test_level_weights_are_the_logarithm_of_their_shares(county):
    evidence = read_evidence(county[0])
    for one in level_weights(evidence.model, evidence.kinds.names):
        for level in one.levels:
            assert level.weight == pytest.approx(np.log2(level.match / level.stranger))
            assert len(level.by_kind) == len(evidence.kinds.names) == 6


def test_each_comparison_level_and_rule_of_births_has_its_words():
    spec, told = read_spec(model_path("births")), texts()
    lacking = [("comparison", one.name) for one in spec.comparisons if one.name not in told["comparison"]]
    lacking += [("rule", rule.name) for rule in spec.rules if rule.name not in told["rule"]]
    lacking += [("level", level) for one in spec.comparisons for level in one.level_names if Words("zh").level(one.name, level) == level]
    assert lacking == [], "add them to matching/report/words.toml"
    assert set(told["decision"]) == set(DECISIONS)


def test_both_languages_say_the_same_and_blame_nobody():
    for section, entries in texts().items():
        for key, pair in entries.items():
            assert len(pair) == 2, (section, key)
            holes = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in pair]
            assert holes[0] == holes[1], (section, key)
            assert not [word for text in pair for word in FORBIDDEN if word in text.lower()], (section, key)


def test_a_model_of_other_things_is_not_about_births():
    assert "birth" not in Words("en", births=False)("weights", "lead")
    assert "出生" not in Words("zh", births=False)("decision", "link")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (numbers.signed(-0.04), "0.0"),
        (numbers.signed(-1.25, 2), "−1.25"),
        (numbers.signed(float("inf")), "–"),
        (numbers.share(3e-6), "3.0×10⁻⁶"),
        (numbers.share(0.0), "0.000"),
        (numbers.percent(0.99999), ">99.99 %"),
        (numbers.percent(0.00001), "<0.01 %"),
        (numbers.percent(1.0), "100.00 %"),
        (numbers.percent(float("nan")), "–"),
        (numbers.probability(0.0001), "0.00010"),
        (numbers.probability(0.99984), "0.99984"),
        (numbers.times(float("nan")), "–"),
        (numbers.times(12345.0), ">1000"),
    ],
)
def test_numbers_as_people_read_them(told, expected):
    assert told == expected


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_the_command_writes_the_same_page_again_and_says_where_it_lies_and_what_it_says_of_equal_error(page, county, capsys):
    run, truth, _ = county
    assert command.run(command.Wanted(str(run), truth), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["page"] == str(run / "report" / "report.html")
    assert (run / "report" / "report.html").read_text(encoding="utf-8") == page[1]
    assert [(run / "report" / path.name).read_bytes() for path in page[2].charts] == [path.read_bytes() for path in page[2].charts]
    assert set(told["unclear"]) >= {"missed name_kind rare", "false name_kind rare"}
    command.show(told)
    assert told["page"] in (shown := capsys.readouterr().out)
    assert str(len(told["unclear"])) in shown
    with pytest.raises(ConfigurationError, match=r"run\.unknown"):
        command.run(command.Wanted("no-such-run"), as_json=True)
