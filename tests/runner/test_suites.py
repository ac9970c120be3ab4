# SPDX-License-Identifier: Apache-2.0
"""How `make check` counts and shows: tests/support/suites.py, side_by_side.py, cmocka.py."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import side_by_side
from cmocka import read
from process_table import read_process
from suites import Pytest, Suite, Unit

GOOD_AND_BAD = """\
import pytest

def test_good():
    pass

def test_bad():
    assert "what" == "came"

def test_not_here():
    pytest.skip("no such thing here")

@pytest.fixture
def ends_badly():
    yield
    assert not "ended well"

def test_whose_end_fails(ends_badly):
    pass
"""
# In the format of cmocka.
SAID = """\
[==========] Running 3 test(s).
[ RUN      ] a_first_one
skipped: only root can
[  SKIPPED ] a_first_one
[ RUN      ] a_second_one
[       OK ] a_second_one
[ RUN      ] a_third_one
{third}[==========] 3 test(s) run.
"""


@pytest.fixture
def run_all(tmp_path, root, monkeypatch, capsys):
    """Runs suites; returns their sum and the output."""
    monkeypatch.chdir(root)

    def run(*suites, lanes=2):
        tally = side_by_side.run(suites, lanes)
        return tally.line(), capsys.readouterr().out

    return run


def python_tests(folder, text, name="test_them.py"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_each_test_is_counted_once_and_failures_are_named(run_all, tmp_path):
    tests = python_tests(tmp_path / "tests", GOOD_AND_BAD)
    line, shown = run_all(Pytest("some", tmp_path / "logs", [tests]))
    assert line == "1 passed, 2 failed, 1 skipped"
    assert "FAILED  tests/test_them.py::test_bad\n" in shown
    assert "FAILED  tests/test_them.py::test_whose_end_fails\n" in shown
    assert "assert 'what' == 'came'" in shown and "logs/some.log\n" in shown
    assert "        skipped 1: no such thing here\n" in shown
    assert shown.endswith("failed: tests/test_them.py::test_bad\n"
                          "failed: tests/test_them.py::test_whose_end_fails\n")


def test_a_failure_is_shown_before_its_suite_has_ended(tmp_path, root):
    """The second test continues when this test has read the first one's failure."""
    tests = python_tests(tmp_path / "tests", f"""\
import os
def test_bad():
    assert False
def test_that_waits():
    open({str(tmp_path / "gate")!r}).read()
""")
    subprocess.run(["mkfifo", tmp_path / "gate"], check=True)
    program = (f"import sys; sys.path.insert(0, {str(root / 'tests' / 'support')!r})\n"
               "import side_by_side\nfrom pathlib import Path\nfrom suites import Pytest\n"
               f"side_by_side.run([Pytest('some', Path({str(tmp_path / 'logs')!r}), "
               f"[{str(tests)!r}])])\n")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True,
                          cwd=root) as child:
        assert child.stdout.readline() == "begin   some\n"
        # On a busy machine lines that tell how long it runs come first.
        said = next(line for line in child.stdout if not line.startswith(" "))
        assert said == "FAILED  tests/test_them.py::test_bad\n"
        (tmp_path / "gate").write_text("")
        assert "some: 1 passed, 1 failed, 0 skipped" in child.stdout.read()


@pytest.mark.parametrize("text, told", [
    ("import nothing_of_the_kind", "nothing_of_the_kind"),
    ("", "exit status 5"),
    ("import os\ndef test_ends_all():\n    os._exit(3)", "exit status 3"),
    ("import os\ndef test_ends_all():\n    os._exit(0)\ndef test_never(): pass",
     "0 of 2 tests, while tests/test_them.py::test_ends_all ran"),
])
def test_what_did_not_run_has_not_passed(run_all, tmp_path, text, told):
    tests = python_tests(tmp_path / "tests", text)
    line, shown = run_all(Pytest("some", tmp_path / "logs", [tests]))
    assert line == "0 passed, 1 failed, 0 skipped"
    assert told in shown


LEAVES_ONE = """\
import subprocess, sys
sys.path.insert(0, {support!r})
import leftover
from leftover import no_process_stays
leftover.SECONDS = 0
def test_bad(tmp_path):
    child = subprocess.Popen(["sleep", "600"], cwd=tmp_path)
    open({note!r}, "w").write(str(child.pid))
    assert False, "midway"
"""


def test_a_process_that_a_test_leaves_is_ended_and_told(run_all, tmp_path, root):
    note = tmp_path / "note"
    tests = python_tests(tmp_path / "tests", LEAVES_ONE.format(
        support=str(root / "tests" / "support"), note=str(note)))
    line, shown = run_all(Pytest("some", tmp_path / "logs", [tests]))
    assert line == "0 passed, 1 failed, 0 skipped"
    assert f"{note.read_text()}: sleep 600" in shown
    assert not read_process(Path("/proc") / note.read_text())


def test_a_module_that_is_skipped_is_one_skipped_test(run_all, tmp_path):
    tests = python_tests(tmp_path / "tests", "import pytest\npytest.skip('not here', "
                         "allow_module_level=True)\n")
    line, shown = run_all(Pytest("some", tmp_path / "logs", [tests]))
    assert line == "0 passed, 0 failed, 1 skipped" and "skipped 1: not here" in shown


def test_commands_are_one_test_and_the_first_failure_ends_them(run_all, tmp_path):
    good = Suite("good", tmp_path / "logs", [["true"], ["true"]])
    bad = Suite("bad", tmp_path / "logs",
                [["sh", "-c", "echo why; exit 3"], ["touch", tmp_path / "went-on"]])
    line, shown = run_all(good, bad)
    assert line == "1 passed, 1 failed, 0 skipped"
    assert "        why\n        exit status 3" in shown
    assert "begin   good\n" in shown and "ok      good: 1 passed, 0 failed, 0 skipped (" in shown
    assert not (tmp_path / "went-on").exists()


def test_as_many_run_at_a_time_as_there_are_lanes(run_all, tmp_path):
    suites = [Suite(name, tmp_path / "logs", [["true"]]) for name in "abc"]
    _, shown = run_all(*suites, lanes=1)
    assert [line[:9] for line in shown.splitlines()] == [
        f"{word:8}{name}" for name in "abc" for word in ("begin", "ok")]


def told(third, result="OK"):
    return {"name": "ispup:unit / base/some", "result": result, "stdout": SAID.format(third=third)}


def test_a_skipped_test_of_cmocka_is_no_passed_one():
    ran = read(told("[       OK ] a_third_one\n"))
    assert (ran.passed, ran.skipped, ran.failed) == (2, ["base/some: only root can"], [])


def test_the_list_of_skipped_tests_that_cmocka_2_adds_counts_none_twice():
    one = told("[       OK ] a_third_one\n")
    name = re.search(r"\[  SKIPPED \] (\w+)", one["stdout"])[1]
    one["stdout"] += f"[  SKIPPED ] tests: 1 test(s), listed below:\n[  SKIPPED ] {name}\n\n 1 SKIPPED TEST(S)\n"
    ran = read(one)
    assert (ran.passed, ran.skipped, ran.failed) == (2, ["base/some: only root can"], [])


def test_a_failed_test_of_cmocka_has_its_name():
    ran = read(told("", "FAIL") | {"stderr": "[  FAILED  ] a_third_one\n[  PASSED  ] 1 test(s).\n"
                                             "[  FAILED  ] a_third_one\n"})
    assert (ran.passed, len(ran.skipped), ran.failed) == (1, 1, ["base/some: a_third_one"])


@pytest.mark.parametrize("result", ["OK", "FAIL", "TIMEOUT"])
def test_a_program_of_cmocka_that_ends_early_has_failed(result):
    assert read(told("", result)).failed == ["base/some"]


@pytest.mark.parametrize("result, counts", [("OK", (1, 0, 0)), ("FAIL", (0, 0, 1)),
                                            ("SKIP", (0, 1, 0))])
def test_a_program_without_cmocka_is_one_test(result, counts):
    ran = read({"name": "ispup:unit / fuzz/form", "result": result, "stdout": "12 files\n"})
    assert (ran.passed, len(ran.skipped), len(ran.failed)) == counts


def test_tests_that_really_skip_are_counted_so(run_all, tmp_path, build):
    """Run by a user who may not change owners, if there is such a user."""
    program = build / "tests" / "unit" / "camera" / "test_camera_trust"
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if "[==========]" not in done.stdout:
        pytest.skip(f"setpriv: {done.stderr}")
    ran = read({"name": "camera/trust", "result": "OK", "stdout": done.stdout})
    count = int(re.search(r"Running (\d+) test", done.stdout)[1])
    assert count > 1 and ran.passed == 0
    assert ran.skipped == ["camera/trust: only root gives a file away"] * count


def test_what_meson_says_of_a_program_that_failed_is_shown_once(tmp_path):
    suite = Unit(tmp_path / "logs", tmp_path)
    for line in ["1/2 ispup:unit / base/some FAIL 0.05s exit status 1", "why",
                 "2/2 ispup:unit+slow / update/cut, third boot OK 1.00s", "Summary of Failures:",
                 "1/2 ispup:unit / base/some FAIL 0.05s exit status 1"]:
        suite.take(line)
    [(name, text)] = suite.news
    assert name == "base/some" and text.endswith("\nwhy") and suite.programs == suite.count == 2


def test_no_unit_test_is_skipped_without_a_reason(root):
    sources = list((root / "tests" / "unit").rglob("*.c"))
    assert sources and [path for path in sources if re.search(r"\bskip\(\)", path.read_text())] == []
