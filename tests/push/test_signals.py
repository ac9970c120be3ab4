# SPDX-License-Identifier: Apache-2.0
"""Signals that were ignored at the start, and an output that no one reads."""

import fcntl
import json
import os
import select
import signal
import subprocess
import termios

import pytest
from held_camera import SECONDS, children_of, hold_status, wait_for_line
from terminal import Terminal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ignoring(number):
    """As `nohup` does, and a shell for what it starts in the background."""
    return lambda: signal.signal(number, signal.SIG_IGN)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("verb", ["push", "status", "confirm", "rollback"])
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(ispup, held, image, verb, number):
    """The next camera is begun. A signal that is heeded comes before the end of the first."""
    first, second = held
    second.released.set()
    asked, go_on = hold_status(first)
    words = [image()] if verb == "push" else []
    child = ispup.start(verb, *words, first.host, second.host, "-j", "1",
                        preexec_fn=ignoring(number))
    assert asked.wait(SECONDS)
    child.send_signal(number)
    first.released.set()
    go_on.set()
    _, err = child.communicate(timeout=SECONDS)
    assert second.requests and "interrupted" not in err and child.returncode == 1


@pytest.fixture
def full_pipe():
    """Its two ends; a byte more would block."""
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writes, b" " * fcntl.fcntl(writes, fcntl.F_GETPIPE_SZ))
    yield reads, writes
    os.close(reads)
    os.close(writes)


def interrupt_twice(child):
    child.send_signal(signal.SIGINT)
    wait_for_line(child, "no new upload begins")
    child.send_signal(signal.SIGINT)
    wait_for_line(child, "abandons the updates under way")
    return child.wait(SECONDS)


def test_ctrl_c_works_while_no_one_reads_the_output(ispup, held, image, full_pipe):
    first, _ = held
    child = ispup.start("push", image(), first.host, stdout=full_pipe[1])
    assert first.reached.wait(SECONDS)
    assert interrupt_twice(child) == 2


def test_ctrl_c_works_on_a_terminal_that_is_stopped(ispup, held, image):
    """By Ctrl-S."""
    first, _ = held
    terminal = Terminal(24, 80)
    termios.tcflow(terminal.slave, termios.TCOOFF)
    child = terminal.start(ispup.start, "push", image(), first.host, stderr=subprocess.PIPE)
    assert first.reached.wait(SECONDS)
    assert interrupt_twice(child) == 2
    os.close(terminal.master)


def test_the_second_ctrl_c_ends_an_order_that_no_one_reads(ispup, held, full_pipe):
    first, second = held
    asked, go_on = hold_status(second)
    child = ispup.start("confirm", first.host, second.host, "-j", "1", stdout=full_pipe[1])
    assert asked.wait(SECONDS)  # the line of the first waits to be written
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGTERM)
    assert child.wait(SECONDS) == 1  # nothing was sent to either
    go_on.set()


def test_what_no_one_read_is_written_when_it_is_read(ispup, held, image, full_pipe):
    """Nothing of it is lost."""
    first, second = held
    reads, writes = full_pipe
    refusal = "ERROR: " + "x" * 190
    for camera in held:
        camera.receive = lambda request, camera=camera: camera.say(request, refusal + "\n")
    child = ispup.start("push", image(), first.host, second.host, "--json", stdout=writes)
    wait_until_ended(child, held)
    shown = b""
    while b'"event":"sum"' not in shown.replace(b" ", b""):
        assert select.select([reads], [], [], SECONDS)[0], shown
        shown += os.read(reads, 65536)
    assert child.wait(SECONDS) == 1
    said = [json.loads(line) for line in shown.decode().strip(" ").splitlines()]
    assert sum(refusal[:150] in event.get("why", "") for event in said) == 2


def wait_until_ended(child, cameras):
    """All outcomes are known."""
    for camera in cameras:
        while not camera.uploads:
            camera.stopping.wait(0.01)
    while children_of(child.pid):
        cameras[0].stopping.wait(0.01)
