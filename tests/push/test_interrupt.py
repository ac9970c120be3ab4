# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, and a process that dies: which cameras were begun, and which outcomes are unknown."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest
from held_camera import SECONDS, children_of, hold_status, wait_for_line


def end(child):
    out, err = child.communicate(timeout=SECONDS)
    events = [json.loads(line) for line in out.splitlines()]
    said = {event["camera"]: event for event in events if event["event"] == "outcome"}
    return said, err, child.returncode


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_begins_nothing_new_and_waits_for_what_is_under_way(ispup, held, image,
                                                                             number):
    first, second = held
    child = ispup.start("push", image(), first.host, second.host, "-j", "1", "--json")
    assert first.reached.wait(SECONDS)
    child.send_signal(number)
    wait_for_line(child, "no new upload begins")
    first.released.set()
    said, _, status = end(child)
    assert "ERROR: heard" in said[first.label]["why"]
    assert said[second.label]["why"] == "not begun"
    assert (status, second.requests) == (1, [])


def test_one_that_is_still_asked_sends_nothing_after_the_signal(ispup, held, image):
    first, second = held
    form = second.form
    asked, go_on = threading.Event(), threading.Event()

    def held_form(request):
        asked.set()
        go_on.wait(SECONDS)
        form(request)

    second.form = held_form
    child = ispup.start("push", image(), first.host, second.host, "-j", "2", "--json")
    assert first.reached.wait(SECONDS) and asked.wait(SECONDS)
    child.send_signal(signal.SIGINT)
    wait_for_line(child, "no new upload begins")
    go_on.set()
    first.released.set()
    said, _, _ = end(child)
    assert said[second.label]["why"] == "interrupted before anything was sent"
    assert said[second.label]["outcome"] == "not done" and second.uploads == []


def test_of_what_was_not_asked_check_cannot_tell(ispup, held, image):
    """It says nothing about the camera that the signal kept it from asking, nor about the one that
    it left."""
    first, second = held
    asked, go_on = hold_status(first)
    child = ispup.start("push", image(), first.host, second.host, "-j", "1", "--check", "--json")
    assert asked.wait(SECONDS)
    child.send_signal(signal.SIGINT)
    wait_for_line(child, "no new upload begins")
    child.send_signal(signal.SIGINT)
    said, _, status = end(child)
    go_on.set()
    assert {said[camera.label]["outcome"] for camera in held} == {"cannot tell"}
    assert (status, second.requests) == (2, [])


def test_status_says_of_which_camera_a_signal_kept_it(ispup, held):
    first, second = held
    asked, go_on = hold_status(first)
    child = ispup.start("status", first.host, second.host, "-j", "1", "--json")
    assert asked.wait(SECONDS)
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGTERM)
    out, _ = child.communicate(timeout=SECONDS)
    go_on.set()
    said = {camera["camera"]: camera for camera in map(json.loads, out.splitlines())}
    assert said[second.label]["known"] == "nothing" and said[second.label]["why"] == "not asked"
    assert (child.returncode, second.requests) == (1, [])


def test_the_second_signal_leaves_and_says_what_is_in_doubt(ispup, held, image):
    first, second = held
    child = ispup.start("push", image(), first.host, second.host, "-j", "1", "--json")
    assert first.reached.wait(SECONDS)
    child.send_signal(signal.SIGINT)
    wait_for_line(child, "no new upload begins")
    child.send_signal(signal.SIGINT)
    said, _, status = end(child)
    assert (said[first.label]["outcome"], said[second.label]["outcome"]) == ("unknown", "not done")
    assert said[first.label]["why"] == "abandoned while its update was under way"
    assert status == 2


def test_a_process_that_dies_leaves_its_camera_unknown_and_the_others_alone(ispup, held, image):
    first, second = held
    child = ispup.start("push", image(), first.host, second.host, "-j", "1", "--json")
    assert first.reached.wait(SECONDS)
    [process] = children_of(child.pid)
    os.kill(process, signal.SIGKILL)
    second.released.set()
    said, _, status = end(child)
    assert (said[first.label]["outcome"], said[first.label]["code"]) == ("unknown", "died")
    assert said[first.label]["why"] == ("its process was killed by signal 9 (Killed) while its "
                                        "update was under way")
    assert "ERROR: heard" in said[second.label]["why"] and status == 2


def sockets_of(process):
    targets = {os.readlink(path) for path in Path(f"/proc/{process}/fd").iterdir()}
    return {target for target in targets if target.startswith("socket:")}


def test_no_process_reads_what_it_or_another_tells(ispup, held, image):
    """Otherwise it would write for ever to a socket whose reader is gone."""
    child = ispup.start("push", image(), *(camera.host for camera in held), "-j", "2", "--json")
    assert all(camera.reached.wait(SECONDS) for camera in held)
    heard = sockets_of(child.pid)
    others = set().union(*(sockets_of(process) for process in children_of(child.pid)))
    for camera in held:
        camera.released.set()
    end(child)
    assert len(heard) == 2 and not heard & others
