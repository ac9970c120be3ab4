# SPDX-License-Identifier: Apache-2.0
"""A gateway that is killed after each of its transactions: no second body, no lost feedback."""

import signal

KILLED = -signal.SIGKILL


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
