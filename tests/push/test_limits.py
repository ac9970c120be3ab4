# SPDX-License-Identifier: Apache-2.0
"""Descriptors or processes run out: fewer cameras at a time, and nothing that is known is lost."""

import contextlib
import json
import os
import resource
from pathlib import Path

import pytest
from odd_camera import OddCamera, RecordCamera

CAMERAS = 6
OTHER_USER = 54321  # has no processes


@pytest.fixture
def many():
    with contextlib.ExitStack() as stack:
        def make(kind):
            made = [kind() for _ in range(CAMERAS)]
            for camera in made:
                stack.callback(camera.stop)
            return made

        yield make


def few_descriptors(count):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def few_processes(count):
    def limit():
        resource.setrlimit(resource.RLIMIT_NPROC, (count, count))
        os.setgroups([])
        os.setresgid(OTHER_USER, OTHER_USER, OTHER_USER)
        os.setresuid(OTHER_USER, OTHER_USER, OTHER_USER)

    return limit


def hosts(cameras):
    return [camera.host for camera in cameras]


def run(ispup, *words, limit):
    child = ispup.start(*words, "--json", preexec_fn=limit)
    out, err = child.communicate(timeout=120)
    return [json.loads(line) for line in out.splitlines()], err, child.returncode


def test_status_asks_every_camera_though_descriptors_run_out(ispup, many):
    said, err, status = run(ispup, "status", *hosts(many(RecordCamera)), "-j", "6",
                            limit=few_descriptors(10))
    assert [camera["known"] for camera in said] == ["record"] * CAMERAS
    assert status == 0 and "internal error" not in err


def test_push_updates_every_camera_though_descriptors_run_out(ispup, image, many):
    cameras = many(OddCamera)
    for camera in cameras:
        camera.receive = lambda request, camera=camera: camera.say(request, "ERROR: heard\n")
    said, err, status = run(ispup, "push", image(), *hosts(cameras), "-j", "6",
                            limit=few_descriptors(11))
    outcomes = [event for event in said if event["event"] == "outcome"]
    assert ["ERROR: heard" in outcome["why"] for outcome in outcomes] == [True] * CAMERAS
    assert status == 1 and "internal error" not in err


def test_what_is_known_is_printed_if_not_even_one_more_can_be_asked(ispup, many):
    """The last descriptor is taken away while the first camera answers."""
    cameras = many(RecordCamera)
    children = []
    answer = cameras[0].status

    def take_away(request):
        resource.prlimit(children[0].pid, resource.RLIMIT_NOFILE, (4, 4))
        answer(request)

    cameras[0].status = take_away
    children.append(ispup.start("status", *hosts(cameras), "-j", "1", "--json"))
    out, err = children[0].communicate(timeout=120)
    said = [json.loads(line) for line in out.splitlines()]
    assert [camera["known"] for camera in said] == ["record"] + ["nothing"] * (CAMERAS - 1)
    assert {camera["why"] for camera in said[1:]} == {"not asked"}
    assert "Too many open files: the limit of one process: see ulimit -n" in err
    assert children[0].returncode == 1


@pytest.fixture
def other_user(ispup):
    if os.geteuid() != 0:
        pytest.skip("only root can become a user without processes")
    for folder in Path(ispup.program).parents:
        if not folder.stat().st_mode & 0o001:
            pytest.skip(f"another user cannot enter {folder}")


def test_status_asks_every_camera_though_processes_run_out(ispup, many, other_user):
    said, err, status = run(ispup, "status", *hosts(many(RecordCamera)), "-j", "6",
                            limit=few_processes(3))
    assert [camera["known"] for camera in said] == ["record"] * CAMERAS
    assert status == 0 and "internal error" not in err


def test_the_limit_of_processes_is_named(ispup, many, other_user):
    said, err, status = run(ispup, "status", *hosts(many(RecordCamera)),
                            limit=few_processes(1))
    assert {camera["why"] for camera in said} == {"not asked"}
    assert "a limit of processes: see ulimit -u" in err and status == 1
