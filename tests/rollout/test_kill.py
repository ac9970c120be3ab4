# SPDX-License-Identifier: Apache-2.0
"""A run that is killed goes on where it was: no camera gets an image twice, and no outcome is lost."""

import os
import random
import signal
import time

from rolling import FAST

CAMERAS = 3
POLICY = ("--canary", "1", "--waves", "100%", "--soak", "1s", "--wait", "60s")
KILLS = 300 if os.environ.get("LONG") else 30


def updates(fleet):
    """How many bodies each camera has taken."""
    return [int(camera.status()["ISP_UPDATE"]) for camera in fleet.cameras]


def assert_each_was_updated_once(fleet, folder, before):
    rows = fleet.report(folder)
    assert {row["outcome"] for row in rows.values()} == {"done"}
    assert updates(fleet) == [number + 1 for number in before]
    for camera in fleet.cameras:
        assert camera.status()["ISP_STATE"] == "confirmed"


def test_after_each_transaction(fleet):
    made = fleet(CAMERAS)
    last = 1
    number = 0
    while last != 0:
        number += 1
        before = updates(made)
        folder = made.plan(f"rollout-{number}", *POLICY, image=made.newer_image())
        assert made.said.returncode == 0, made.said
        last = made.roll(folder, LD_PRELOAD=str(made.kill_after),
                         KILL_AFTER=str(number)).returncode
        assert last in (0, -signal.SIGKILL)
        again = made.roll(folder)
        assert again.returncode == 0, (number, again)
        assert_each_was_updated_once(made, folder, before)
    # Each camera is sent to, ends and is asked again; two waves begin and end.
    assert number > 3 * CAMERAS


def test_a_budget_that_is_exceeded_holds_after_a_kill(fleet):
    """Between the end of the camera that exceeds it and the stop, too."""
    made = fleet(2, "--fault", "failing-probe@1")
    was_killed, number = True, 0
    while was_killed:
        number += 1
        image = made.newer_image()
        folder = made.plan(f"rollout-{number}", *POLICY, "--budget", "0", "-j", "1", image=image)
        was_killed = made.roll(folder, LD_PRELOAD=str(made.kill_after),
                               KILL_AFTER=str(number)).returncode == -signal.SIGKILL
        made.roll(folder)
        events = made.events(folder)
        failed = [event.get("outcome") for event in events].index("not done")
        after = [event["event"] for event in events[failed:]]
        assert "stopped" in after and "sending" not in after, (number, after)
    assert number > 3


def test_a_retry_is_made_whole_or_not_at_all(fleet):
    made = fleet(1)
    made.write_list({"admin@127.0.0.1:9": "cellar"})
    folder = made.plan("rollout", *FAST, "--deadline", "1s")
    assert made.roll(folder).returncode == 1
    for number in ("1", "2"):
        failed = made.run("rollout", "retry", folder, LD_PRELOAD=str(made.kill_after),
                          FAIL_FROM=number)
        assert (failed.returncode == 1) == (failed.stdout == ""), failed
        made.run("rollout", "retry", folder, LD_PRELOAD=str(made.kill_after), KILL_AFTER=number)
        assert made.run("rollout", "retry", folder).returncode == 0
        assert made.status(folder)["phase"] != "ended", number
        assert made.roll(folder).returncode == 1


def test_at_random_moments(fleet):
    made = fleet(8)
    seed = os.environ.get("SEED") or "20261129"
    dice = random.Random(seed)
    print(f"again: SEED={seed}")
    kills = rollouts = 0
    while kills < KILLS:
        rollouts += 1
        before = updates(made)
        folder = made.plan(f"rollout-{rollouts}", *POLICY, image=made.newer_image())
        assert made.said.returncode == 0, made.said
        while made.status(folder)["phase"] != "ended" and kills < KILLS:
            child = made.start("rollout", "run", folder, "--password-fd", "0")
            time.sleep(dice.uniform(0, 0.3) if kills % 3 else dice.uniform(0, 3))
            if child.poll() is None:
                kills += 1
                child.kill()
            child.wait()
        assert made.roll(folder).returncode == 0
        assert_each_was_updated_once(made, folder, before)
    assert kills == KILLS
    print(f"{kills} kills of {rollouts} rollouts, {8 * rollouts} updates")
