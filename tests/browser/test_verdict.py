# SPDX-License-Identifier: Apache-2.0
"""web/verdict.js decides every case that a page can see as tests/data/verdicts.csv says: the table
of `ispup push`. All cases are tried in the browser itself."""

import csv

import pytest

FACTS = {
    "action": ("before", "attach", "upload"), "reply": ("ok", "error", "lost"),
    "answer": ("none", "denied", "other", "whole"), "settled": ("no", "yes"), "over": ("no", "yes"),
    "id": ("same", "missing", "other"), "platform": ("same", "other"),
    "state": ("strange", "idle", "receiving", "checking", "writing", "restarting", "trial",
              "confirmed", "rolling-back", "rolled-back", "unconfirmed", "failed", "lost"),
    "boot": ("same", "other"), "number": ("same", "next", "skipped", "lower"),
    "update": ("other", "ours"), "runs": ("unknown", "other", "ours"), "next": ("none", "other"),
}

# A bit for each row: which rows fit is known from the facts chosen so far.
TRY_ALL = """
const [facts, rows] = arguments, names = Object.keys(facts), wrong = [], now = {};
const bits = Object.fromEntries(names.map(name => [name, Object.fromEntries(facts[name].map(word =>
  [word, rows.reduce((sum, row, i) => row[name].includes(word) ? sum | 1n << BigInt(i) : sum, 0n)]))]));
const isOne = mask => mask !== 0n && (mask & mask - 1n) === 0n;
const known = new Map(rows.map((row, i) => [1n << BigInt(i), row]));
let cases = 0;
(function choose(at, mask) {
  if (wrong.length > 5)
    return;
  if (at < names.length) {
    for (const word of facts[names[at]]) {
      now[names[at]] = word;
      choose(at + 1, mask & bits[names[at]][word]);
    }
    return;
  }
  cases++;
  const row = isOne(mask) ? known.get(mask) : null, said = VERDICT.decide(now);
  if (!row || row.verdict !== said.verdict || row.reason !== said.reason)
    wrong.push({now: {...now}, said, row: row && [row.verdict, row.reason]});
})(0, (1n << BigInt(rows.length)) - 1n);
return {cases, wrong};
"""


def words(name, field):
    """The words of a field: `*`, words with `|` between them, or `!` and the words it is not."""
    if field == "*":
        return FACTS[name]
    if field.startswith("!"):
        return [word for word in FACTS[name] if word not in field[1:].split("|")]
    return field.split("|")


@pytest.fixture(scope="module")
def rows(root):
    with open(root / "tests" / "data" / "verdicts.csv", newline="") as table:
        return [{**{name: list(words(name, row[name])) for name in FACTS},
                 "verdict": row["verdict"], "reason": row["reason"]}
                for row in csv.DictReader(table) if row["page"] == "yes"]


@pytest.fixture
def bare(browser):
    """An empty page with verdict.js."""
    browser.open("about:blank")

    def load(text):
        browser.run(text)
        return browser

    return load


def test_every_case_that_a_page_can_see_is_decided_as_the_table_says(bare, root, rows):
    said = bare((root / "web" / "verdict.js").read_text()).run(TRY_ALL, FACTS, rows)
    assert said["wrong"] == []
    assert said["cases"] > 500_000


def test_this_test_sees_a_rule_that_differs(bare, root, rows):
    text = (root / "web" / "verdict.js").read_text()
    changed = text.replace('facts.boot === "other"', 'facts.boot !== "?"')
    assert changed != text
    assert bare(changed).run(TRY_ALL, FACTS, rows)["wrong"] != []
