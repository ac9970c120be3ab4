# SPDX-License-Identifier: Apache-2.0
"""`--cameras FILE`: push, status, confirm and rollback take their cameras from a list."""

import json
import os
import subprocess

import pytest
from said import outcome

MANY = 1100  # more than 1,024, and more than 64 KiB of ~/.netrc


@pytest.fixture
def listed(tmp_path):
    """Writes a list, and returns its path."""
    def make(text):
        path = tmp_path / "cameras.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make


def test_push_takes_a_list_and_copies_its_columns(ispup, image, camera, listed):
    path = listed(f'site,camera,"room, floor",Order\r\nNörd,{camera.host},"12, ""left""\n2",7\r\n')
    done = ispup.events("push", image(), "--cameras", path)
    said = outcome(done)
    assert (done.status, said["outcome"]) == (0, "done"), said
    assert said["columns"] == {"site": "Nörd", "room, floor": '12, "left"\n2', "Order": "7"}


def test_status_takes_a_list_and_copies_its_columns(ispup, vendor, listed):
    path = listed(f"\ufeffcamera,site\n{vendor.host},north\n")
    done = ispup.events("status", "--cameras", path)
    assert [said["columns"] for said in done.events] == [{"site": "north"}]
    assert done.events[0]["camera"] == vendor.label


def test_without_a_list_there_are_no_columns(ispup, vendor):
    assert ispup.events("status", vendor.host).events[0]["columns"] == {}


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_a_list_comes_from_standard_input(ispup, vendor, path):
    command, fds = ispup.command("status", "--cameras", path, "--json")
    done = subprocess.run(command, input=f"camera\n{vendor.host}\n".encode(), pass_fds=fds,
                          stdout=subprocess.PIPE, env=ispup.environment())
    assert json.loads(done.stdout)["camera"] == vendor.label


def test_a_list_and_a_password_do_not_come_from_the_same_descriptor(ispup):
    done = ispup.run("status", "--cameras", "-", "--password-fd", "0", password=None)
    assert done.status == 64 and "both read standard input" in done.err


@pytest.mark.parametrize("verb", ["push", "status"])
def test_cameras_are_words_or_a_list(ispup, image, listed, verb):
    words = [image()] if verb == "push" else []
    path = listed("camera\none\n")
    done = ispup.run(verb, *words, "two", "--cameras", path)
    assert done.status == 64 and "by words or by --cameras, not both" in done.err
    done = ispup.run(verb, *words)
    assert done.status == 64 and "needs a camera" in done.err


@pytest.mark.parametrize("text, words", [
    ("camera,Password\none,x\n", "line 1: a column password: passwords come from ~/.netrc or "
                                 "--password-fd"),
    ("camera\none\n\nONE:80\n", "line 4: ONE is in line 2 already"),
    ("camera\nhttp://a:secret@one\n", "line 2: a camera is "),
    ("camera,site\none\n", "line 2: 1 of 2 fields"),
])
def test_a_mistake_is_told_with_its_line_before_a_camera_is_asked(ispup, listed, text, words):
    path = listed(text)
    done = ispup.run("status", "--cameras", path)
    assert done.status == 1 and f"--cameras: {path}: {words}" in done.err
    assert "secret" not in done.out + done.err


def test_a_list_that_cannot_be_read_is_named(ispup, tmp_path):
    done = ispup.run("status", "--cameras", tmp_path / "none.csv")
    assert done.status == 1 and f"cannot open {tmp_path / 'none.csv'}" in done.err
    done = ispup.run("status", "--cameras", tmp_path)
    assert done.status == 1 and f"--cameras: {tmp_path}: " in done.err


def test_neither_list_nor_netrc_is_limited_to_a_thousand_cameras(ispup, listed):
    hosts = [f"127.1.{number // 200}.{1 + number % 200}" for number in range(MANY)]
    netrc = ispup.home / ".netrc"
    netrc.write_text("".join(f"machine {host} login administrator password a-long-password-{host}\n"
                             for host in hosts))
    os.chmod(netrc, 0o600)
    assert netrc.stat().st_size > 65536
    done = ispup.events("status", "-j", "64", "--cameras",
                        listed("camera\n" + "".join(f"{host}:1\n" for host in hosts)), password=None)
    assert [said["camera"] for said in done.events] == [f"{host}:1" for host in hosts]
    assert {said["known"] for said in done.events} == {"nothing"}
