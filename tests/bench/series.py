# SPDX-License-Identifier: Apache-2.0
"""The rows: what runs, in turns, and how often. Each returns the numbers of the table."""

import os
import re
import socket
import statistics
import subprocess
import time
from contextlib import contextmanager

from client import CREDENTIALS, FIELD, ask, upload
from meter import Sampler
from payload import CACHED, scramble


class Sample:
    """The values of one quantity, run by run."""

    def __init__(self, values=()):
        self.values = list(values)

    def add(self, value):
        self.values.append(value)

    @property
    def median(self):
        return statistics.median(self.values)

    def __bool__(self):
        return bool(self.values)


class Run:
    """Walls, processor times and blocks of one rival in one row."""

    def __init__(self):
        self.wall, self.processor = Sample(), Sample()
        self.blocks = None

    def add(self, done, rival):
        self.wall.add(done.wall)
        self.processor.add(done.processor)
        self.blocks = getattr(rival, "blocks", None)


def measure_new(rivals, payload, between, runs, expects=False, floor=None, found=CACHED):
    """A new image, each rival in turn, after one unmeasured round. `found`: what the target holds;
    without it what is worst for us."""
    results = {rival.name: Run() for rival in rivals}
    stages = []
    for number in range(runs + 1):
        for rival in rivals:
            rival.make_ready(between)
            rival.spoil(payload, found)
            done = rival.install(payload, expects)
            if number > 0:
                results[rival.name].add(done, rival)
            elif not expects:
                rival.check(payload)
        if floor and number > 0:
            stages.append(floor(payload))
    return results, stages


def measure_same(camera, payload, between, runs):
    """The running image sent again, in turn with a new one: both results."""
    new, same = Run(), Run()
    for number in range(runs + 1):
        camera.make_ready(between)
        camera.spoil(payload)
        for result in (new, same):
            done = camera.install(payload)
            if number > 0:
                result.add(done, camera)
    return new, same


def measure_changed(camera, payload, changed, between, runs):
    """In turn into a bank that holds the other of the two images."""
    result = Run()
    camera.make_ready(between)
    camera.install(payload)
    for number in range(runs):
        camera.install(between)
        done = camera.install((changed, payload)[number % 2])
        result.add(done, camera)
        camera.check((changed, payload)[number % 2])
    return result


class Floor:
    def __init__(self, program, target):
        self.program, self.target = program, target

    def __call__(self, payload):
        scramble(payload.plain, self.target)
        said = subprocess.run([self.program, payload.gzip, self.target], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        return {name: int(number) / 1e9 for name, number in map(str.split, said.splitlines())}


def measure_memory(rival, payload, between):
    rival.make_ready(between)
    rival.spoil(payload)
    with Sampler(rival.processes) as sampler:
        rival.install(payload)
    return sampler


def times(count, act):
    sample = Sample()
    for number in range(count + 3):
        begin = time.monotonic()
        act()
        if number > 2:
            sample.add(time.monotonic() - begin)
    return sample


def measure_requests(camera, payload, count):
    """The time that a client waits: connection, request, reply."""
    def form():
        assert "<form" in ask(camera.port, f"/cgi-bin/update?{CREDENTIALS}&ISP_IMAGE")

    def status():
        assert "ISP_STATE='" in ask(camera.port, f"/cgi-bin/update?{CREDENTIALS}&ISP_STATUS")

    def refused():
        target = f"/cgi-bin/update?{CREDENTIALS}&ISP_IMAGE_SAVE"
        reply = upload(camera.port, target, "URL_FIRMWARE_IMAGE", "ISP-U-0400-V1.00.00.bin",
                       payload.image)
        assert "ERROR: ISP platform" in reply, reply

    return {"form": times(count, form), "status": times(count, status),
            "refused": times(max(count // 4, 5), refused)}


def measure_questions(camera, minutes):
    """The camera's processor time for one question of the operator's page, in seconds. The page
    asks once a second, with the ticket of an answer before, which is good for a minute."""
    def question(ticket=""):
        said = ask(camera.port, "/cgi-bin/update?ISP_STATUS", FIELD + ticket)
        assert "ISP_STATE='" in said
        return re.search(r"(?m)^X-ISP-Ticket: .*\r\n", said)

    times(20, question)  # in the page cache
    before = camera.processes.processor_seconds()
    for _ in range(minutes):
        ticket = question()[0]
        for _ in range(59):
            assert not question(ticket), "the password was hashed"
    return (camera.processes.processor_seconds() - before) / (minutes * 60)


def process(path, environment, null):
    """From the fork to the end of one process."""
    actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
    number = os.posix_spawn(path, [str(path)], environment, file_actions=actions)
    assert os.waitpid(number, 0)[1] == 0


def measure_processes(camera, hash_program, count):
    """The form's process and the smallest possible one, in turn."""
    environment = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.0",
                   "REQUEST_METHOD": "GET", "SCRIPT_NAME": "/cgi-bin/update",
                   "QUERY_STRING": f"{CREDENTIALS}&ISP_IMAGE", "REMOTE_ADDR": "127.0.0.1",
                   "SERVER_NAME": "camera", "SERVER_PORT": "80", "HTTP_HOST": "camera",
                   "ISPUP_CONFIG": str(camera.configuration)}
    samples = Sample(), Sample()
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(count + 3):
        for sample, path in zip(samples, (camera.build / "src/cgi-bin/update", hash_program)):
            begin = time.monotonic()
            process(path, environment, null)
            if number > 2:
                sample.add(time.monotonic() - begin)
    os.close(null)
    return samples


@contextmanager
def slow_connections(port, count):
    """A process with this many connections; each sends a byte of its head now and then."""
    child = os.fork()
    if child == 0:
        hold(port, count)
    time.sleep(1)
    try:
        yield
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def hold(port, count):
    """Never returns: its parent kills it."""
    open_ones = {}
    while True:
        for number in range(count):
            try:
                if number not in open_ones:
                    open_ones[number] = socket.create_connection(("127.0.0.1", port), 5)
                    open_ones[number].sendall(b"GET / HTTP/1.1\r\nX: ")
                open_ones[number].sendall(b"x")
            except OSError:
                open_ones.pop(number, None)
        time.sleep(0.5)
