# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera try HOOK`: one hook, run as an update would run it, on a camera at rest."""

import fcntl

import pytest

HOOKS = ("activate", "hold", "release", "probe")


@pytest.fixture
def camera(cameras):
    """Each hook notes its name, its arguments and its environment."""
    hooks = "".join(f"{name} = {name}\n" for name in HOOKS)
    made = cameras("furnished", replace=[("[settings]", f"[isp]\n{hooks}\n[settings]")])
    for name in HOOKS:
        write(made, name, "echo all well >&2")
    return made


def write(camera, name, script):
    path = camera.folder / name
    path.write_text(f"#!/bin/sh\necho {name} $* >> {camera.folder}/notes\n"
                    f"env >> {camera.folder}/environment\n{script}\n")
    path.chmod(0o755)


def notes(camera):
    path = camera.folder / "notes"
    return path.read_text().splitlines() if path.exists() else []


def attempt(camera, *words):
    done = camera.command("try", *words, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_probe_is_run_as_an_update_runs_it_and_heard(camera):
    assert attempt(camera, "probe") == (
        0, f"probe: {camera.folder}/probe ended with status 0: all well\n", "")
    environment = (camera.folder / "environment").read_text().splitlines()
    assert {line.split("=")[0] for line in environment} <= {"PATH", "PWD", "SHLVL", "_", "OLDPWD"}


def test_a_hook_that_fails_is_told_with_its_last_line(camera):
    write(camera, "probe", "echo no picture >&2; exit 3")
    assert attempt(camera, "probe") == (
        4, "", f"ERROR: probe: {camera.folder}/probe ended with status 3: no picture\n")


@pytest.mark.parametrize("script, status", [("true", 0), ("exit 1", 4)])
def test_hold_is_followed_by_release_whatever_it_says(camera, script, status):
    write(camera, "hold", script)
    assert attempt(camera, "hold")[0] == status
    assert notes(camera) == ["hold", "release"]


def test_activate_is_for_the_bank_in_use_alone(camera):
    status, said, _ = attempt(camera, "activate")
    assert status == 0 and said.startswith("firmware 0: activate: ")
    assert notes(camera) == [
        f"activate firmware 0 file:{camera.folder}/flash/firmware.0,block=4K,size=64K"]


def test_restart_and_save_command_ask_for_really(cameras):
    camera = cameras("furnished", replace=[
        ("live = ram/settings\nsaved = saved/settings", "save-command = save")])
    write(camera, "save", "true")
    for hook in ("restart", "save-command"):
        status, said, told = attempt(camera, hook)
        assert status == 64 and said == "" and "add --really" in told
    assert notes(camera) == [] and not camera.was_asked_to_restart()
    assert attempt(camera, "save-command", "--really")[0] == 0
    assert notes(camera) == ["save"]
    assert attempt(camera, "restart", "--really")[0] == 0
    assert camera.is_asked_to_restart()


def test_nothing_is_tried_while_something_else_has_the_lock(camera):
    (camera.folder / "ram" / "run").mkdir(parents=True, exist_ok=True)
    with (camera.folder / "ram" / "run" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert attempt(camera, "hold")[0] == 2
    assert notes(camera) == []


def test_nothing_is_tried_during_a_trial(camera, workshop, tmp_path):
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=3000))
    camera.command("install", image)
    camera.settle()
    camera.command("recover")
    before = notes(camera)
    status, _, told = attempt(camera, "hold")
    assert (status, told) == (
        2, "ERROR: an update is installed: let the camera finish it first\n")
    assert notes(camera) == before


@pytest.mark.parametrize("words", [(), ("nothing",), ("hold", "probe")])
def test_a_wrong_word_is_usage(camera, words):
    assert attempt(camera, *words)[0] == 64
