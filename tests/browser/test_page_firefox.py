# SPDX-License-Identifier: Apache-2.0
"""The page in Firefox ESR: simulated cameras under `ispupd`. FULL=1: with every fault."""

import importlib.util
import os
import shutil

import pytest
from bidi import Firefox
from page import FAST, Page
from page_verdicts import VERDICTS
from simulation import Simulation

ROWS = {"none": "done", "reply-lost": "done", "drop=50000": "not-done", "failing-probe": "not-done",
        "flash-failure": "not-done", "no-restart": "unknown"}


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    if shutil.which("firefox-esr") is None:
        pytest.skip("firefox-esr is not installed: Firefox is not tested")
    if importlib.util.find_spec("websockets") is None:
        pytest.skip("Python has no websockets here: Firefox is not tested")
    with Firefox(tmp_path_factory.mktemp("firefox")) as started:
        yield started


def rows():
    return {**ROWS, **VERDICTS} if os.environ.get("FULL") else ROWS


@pytest.mark.parametrize("fault", rows())
def test_the_verdict_is_that_of_chromium(firefox, build, fault):
    expected = rows()[fault]
    words = [] if fault == "none" else ["--fault", fault]
    first = firefox.tabs()[0]
    with Simulation(build, *words) as simulation:
        firefox.tab()
        try:
            if expected == "unknown":
                firefox.preload(FAST)
            page = Page(firefox, simulation.cameras[0].url).open()
            page.log_in()
            page.start(simulation.image)
            assert page.last(120)["verdict"] == expected
        finally:
            firefox.close_others(first)


def test_a_wrong_file_is_refused_at_once(firefox, build, tmp_path):
    with Simulation(build) as simulation:
        page = Page(firefox, simulation.cameras[0].url).open()
        page.log_in()
        path = tmp_path / "beach.jpg"
        path.write_bytes(b"x")
        seen = page.choose(path)
        assert seen["mistake"] == 'ERROR: file name: does not begin with ISP-U-: "beach.jpg"'
        assert not seen["go"]
