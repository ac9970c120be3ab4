# SPDX-License-Identifier: Apache-2.0
"""The page of simulated cameras under `ispupd`, one with each fault of `ispup simulate`; and the other
orders that the page gives. What `ispup push` says of the same faults is in docs/push.md."""

import pytest
from namespace import may_simulate_mounts
from page import FAST, Page
from page_verdicts import VERDICTS
from simulation import Simulation

MOUNTED = "full-work-folder"


@pytest.fixture(scope="module")
def told(browser, build):
    """By fault: what the page showed at its end. All are updated at once, each in a tab."""
    faults = [fault for fault in VERDICTS if fault != MOUNTED or may_simulate_mounts()]
    words = [word for i, fault in enumerate(faults, 1) for word in ("--fault", f"{fault}@{i}")]
    first = browser.tabs()[0]
    with Simulation(build, *words, count=len(faults)) as simulation:
        try:
            tabs = {}
            for fault, camera in zip(faults, simulation.cameras):
                tabs[fault] = browser.tab()
                if VERDICTS[fault] == "unknown":
                    browser.preload(FAST)
                page = Page(browser, camera.url).open()
                page.log_in()
                page.start(simulation.image)
            found = {}
            for fault, tab in tabs.items():
                browser.switch(tab)
                found[fault] = Page(browser, "").last(120)
            return found
        finally:
            browser.close_others(first)


@pytest.mark.parametrize("fault", VERDICTS)
def test_the_verdict_on_the_page_is_that_of_push(told, fault, root):
    if fault not in told:
        pytest.skip(f"no mount namespaces here: {MOUNTED} is not tried")
    assert told[fault]["verdict"] == VERDICTS[fault], told[fault]


def test_these_are_the_faults_of_the_simulation(root):
    page = (root / "docs" / "simulate.md").read_text()
    rows = page.split("| fault | what happens |")[1].split("\n\n")[0]
    named = {line.split("`")[1].split("=")[0] for line in rows.splitlines()[2:]}
    assert named == {fault.split("=")[0] for fault in VERDICTS}


@pytest.fixture(scope="module")
def simulation(build):
    with Simulation(build) as started:
        yield started


@pytest.fixture
def page(browser, simulation):
    browser.forget()
    page = Page(browser, simulation.cameras[0].url).open()
    page.log_in()
    return page


def test_settings_are_saved(page, simulation):
    settings = simulation.cameras[0].folder / "ram" / "settings" / "picture.conf"
    settings.write_text("brightness = 61\n")
    page.order("save")
    seen = page.verdict()
    assert (seen["verdict"], seen["text"]) == ("done", "The settings are in flash.")
    saved = simulation.cameras[0].folder / "saved" / "settings" / "picture.conf"
    assert saved.read_text() == "brightness = 61\n"


def test_a_restart_is_done_when_another_boot_is_seen(page, simulation):
    boot = simulation.cameras[0].boot()
    page.order("restart")
    assert page.verdict()["text"] == "The camera restarted."
    assert simulation.cameras[0].boot() != boot


def test_a_question_can_be_answered_with_no(page, simulation):
    boot = simulation.cameras[0].boot()
    page.browser.click("#restart")
    page.browser.click("#dialog button:not(#yes)")
    seen = page.look()
    assert not seen["stage"] and not seen["verdict"] and simulation.cameras[0].boot() == boot


def test_a_rollback_is_done_when_the_image_before_runs(page, simulation):
    page.start(simulation.image)
    assert page.verdict()["verdict"] == "done"
    assert page.close()["chosen"].startswith("From V1.01.00 to V1.01.00")
    page.order("rollback")
    seen = page.verdict()
    assert (seen["verdict"], seen["text"]) == (
        "done", "The camera restarted and runs version V1.00.00 again.")
    assert simulation.cameras[0].status()["ISP_STATE"] == "rolled-back"
