# SPDX-License-Identifier: Apache-2.0
"""A gateway that is killed after each of its transactions: no second body, no lost feedback; or that
cannot save one: its log tells nothing that is not saved."""

import contextlib
import signal
import sqlite3

from simulation import until

KILLED = -signal.SIGKILL
# What the log tells of an action, and the states of the database in which that is so.
TOLD = {"hawkBit wants an update": ("open", "sending", "ended"),
        "is being sent": ("sending", "ended"), ": done: ": ("ended",)}


def bodies(made):
    """How many uploads the camera has taken."""
    return int(made.cameras[0].wait_for(ISP_STATE="confirmed")["ISP_UPDATE"])


def kill_after(made, number, action):
    """Whether the gateway was killed before the action ended."""
    made.start(LD_PRELOAD=str(made.kill_after), KILL_AFTER=str(number))
    while made.process.poll() is None and action.is_active:
        with made.server.changed:
            made.server.changed.wait(0.2)
    was_killed = made.process.poll() == KILLED
    made.kill()
    return was_killed


def test_after_each_transaction(gateway):
    made = gateway(1)
    first = made.assign()  # so that the camera has confirmed something
    made.start()
    made.ended(first)
    made.kill()
    number, was_killed = 0, True
    while was_killed:
        number += 1
        before = bodies(made)
        image = made.newer_image()
        action = made.assign(made.module(image))
        was_killed = kill_after(made, number, action)
        made.start()
        told = made.ended(action)
        made.kill()
        runs_it = made.cameras[0].wait_for(ISP_STATE="confirmed")["ISP_VERSION"] in image.name
        assert (action.told[-1] == "closed/success") == runs_it, (number, made.said())
        assert bodies(made) - before == (1 if runs_it else 0), (number, made.said())
        if not runs_it:
            assert told.details[0].startswith("no-trace: "), (number, told)
        assert action.told.count(action.told[-1]) == 1
    assert number > 8  # it was killed at that many different moments


def state_of(made, action):
    with contextlib.closing(sqlite3.connect(made.store / "gateway.db")) as database:
        row = database.execute("SELECT state FROM action WHERE id = ?", (action.id,)).fetchone()
    return row and row[0]


def fail_from(made, number, action):
    """Whether the gateway ended because it could not save, and what it said of the action."""
    made.log.unlink(missing_ok=True)
    made.start(LD_PRELOAD=str(made.kill_after), FAIL_FROM=str(number))
    until(lambda: made.process.poll() is not None or made.has_told_all() and not action.is_active,
          "an end")
    has_failed = made.process.poll() == 1
    made.kill()
    return has_failed, [line for line in made.said().splitlines() if f"action {action.id}: " in line]


def test_what_is_not_saved_is_not_told(gateway):
    made = gateway(1)
    first = made.assign()  # so that there is a database
    made.start()
    made.ended(first)
    made.kill()
    number, has_failed, seen = 0, True, set()
    while has_failed:
        number += 1
        action = made.assign()
        has_failed, lines = fail_from(made, number, action)
        for words, states in TOLD.items():
            if any(words in line for line in lines):
                seen.add(words)
                assert state_of(made, action) in states, (number, lines)
        made.start()
        made.ended(action)
        made.kill()
    assert seen == set(TOLD)


def test_an_accepted_id_is_accepted_also_if_that_could_not_be_saved_at_once(gateway):
    made = gateway(1)
    made.start()
    made.server.wait_for(lambda: made.server.state.target("isp-0").attributes)
    made.kill()
    with contextlib.closing(sqlite3.connect(made.store / "gateway.db")) as database, database:
        database.execute("UPDATE device SET other_id = id, id = '00:0f:7c:00:00:01'")
    assert made.run("--accept-id", made.labels[0]).returncode == 0
    made.start(LD_PRELOAD=str(made.kill_after), FAIL_FROM="1")
    assert made.process.wait(120) == 1
    assert "was accepted" not in made.said()
    made.start()
    until(lambda: "was accepted" in made.said(), "the id")
    with contextlib.closing(sqlite3.connect(made.store / "gateway.db")) as database:
        assert database.execute("SELECT count(*) FROM accepted").fetchone() == (0,)
