# SPDX-License-Identifier: Apache-2.0
"""The date of the machine is set, while a run waits and between two runs: nothing hangs, nothing ends
too early."""

import socket
import sqlite3

import pytest
from rolling import FAST
from simulation import until

HOUR, DAY, YEARS = 3600, 86400, 40 * 365 * 86400
JUMPS = [-HOUR, DAY, -YEARS]


@pytest.fixture
def clock(fleet):
    """A fleet, and the environment of a process whose date is wrong by what `set` says."""
    class Clock:
        def __init__(self):
            self.made = fleet(1)
            self.file = self.made.folder / "offset"
            self.set(0)
            self.environment = {"LD_PRELOAD": str(self.made.set_clock), "CLOCK_OFFSET": str(self.file)}

        def set(self, seconds):
            new = self.file.with_suffix(".new")
            new.write_text(str(seconds))
            new.rename(self.file)

        def plan(self, *policy):
            return self.made.plan("rollout", *policy, **self.environment)

        def start(self, folder):
            return self.made.start("rollout", "run", folder, "--password-fd", "0", **self.environment)
    return Clock()


def kinds(made, folder):
    return [event["event"] for event in made.events(folder)]


@pytest.mark.parametrize("jump", JUMPS)
def test_a_soak_under_way_stays_as_long(clock, jump):
    folder = clock.plan("--canary", "0", "--waves", "100%", "--soak", "4s", "--wait", "60s")
    child = clock.start(folder)
    until(lambda: "soak" in kinds(clock.made, folder), "the soak")
    clock.set(jump)
    until(lambda: "clock" in kinds(clock.made, folder), "the clock to be noticed")
    assert child.wait(60) == 0
    (noted,) = [event for event in clock.made.events(folder) if event["event"] == "clock"]
    assert abs(int(noted["set_by"]) - jump) <= 1


@pytest.mark.parametrize("jump", JUMPS)
def test_between_two_runs(clock, jump):
    folder = clock.plan("--canary", "0", "--waves", "100%", "--soak", "4s", "--wait", "60s")
    child = clock.start(folder)
    until(lambda: "soak" in kinds(clock.made, folder), "the soak")
    child.terminate()
    assert child.wait(60) == 4
    clock.set(jump)
    assert clock.start(folder).wait(60) == 0
    (noted,) = [event for event in clock.made.events(folder) if event["event"] == "clock"]
    assert abs(int(noted["set_by"]) - jump) <= 2
    assert list(clock.made.outcomes(folder).values()) == ["done"]


def test_a_deadline_that_a_jump_brings_near_ends_no_camera_that_answers(clock, fleet):
    """It was away when the first run ended; then the date was a year later."""
    made = clock.made
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    word = f"admin@127.0.0.1:{port}"
    made.write_list({word: "roof"})
    folder = clock.plan(*FAST, "--deadline", "1d")
    child = clock.start(folder)
    until(lambda: made.status(folder)["away"] == 1, "a wait")
    child.terminate()
    assert child.wait(60) == 4
    fleet(1, "--port", str(port))
    clock.set(365 * DAY)
    assert clock.start(folder).wait(60) == 0
    assert made.outcomes(folder) == {word: "done"}


def test_an_upload_during_a_jump_does_not_close_the_window(clock):
    """As if it had taken a day, no later one would have room in any window."""
    made = clock.made
    folder = clock.plan(*FAST)
    child = clock.start(folder)
    until(lambda: "sending" in kinds(made, folder), "an upload")
    clock.set(DAY)
    assert child.wait(60) == 0
    with sqlite3.connect(folder / "rollout.db") as database:
        (longest,) = database.execute("SELECT value FROM value WHERE name = 'longest'").fetchone()
    assert int(longest) < HOUR
