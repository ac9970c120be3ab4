# SPDX-License-Identifier: Apache-2.0
"""While one address holds many idle connections, an update from another address succeeds, and no
process needs more memory than docs/ispupd.md says."""

import re
import resource
import select
import shutil
import socket
import ssl
import threading

import pytest
from attack import Attack
from certificates import make_certificate
from exchange import SECONDS, split_reply
from gate import until
from process_table import descriptors, named_after
from upload import Server, upload_request

ATTACKER = "127.0.0.66"
SIZES = {"firmware": 60_000, "device_resource": 50_000, "hardware": 40_000}

HEAD = (b"GET /cgi-bin/update HTTP/1.1\r\nHost: camera\r\nA: ", b"a")
BODY = (b"POST /cgi-bin/update?ISP_IMAGE_SAVE HTTP/1.1\r\nHost: camera\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n-", b"-")
LARGE = (HEAD[0] + bytes(60_000).replace(b"\0", b"a"), b"a")
PAGE = (b"GET /large.bin HTTP/1.1\r\nHost: camera\r\n\r\n", b"")
IDLE = (b"", b"")

# The number of connections, what they send, and how many of them have a place when the update
# begins.
ATTACKS = {
    "200-slow-heads": (200, [HEAD], 190),
    "200-slow-bodies": (200, [BODY], 100),
    "200-slow-heads-and-bodies": (200, [HEAD, BODY], 100),
    "200-large-heads": (200, [LARGE], 190),
    "1000-at-once": (1000, [IDLE], 250),
    "200-that-read-nothing": (200, [PAGE], 190),
}


@pytest.fixture(scope="module", autouse=True)
def descriptors_enough():
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < 2000:
        pytest.skip(f"only {most} descriptors may be open here: 1,000 connections need 2,000")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(least, 2000), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("identity"))


@pytest.fixture
def camera(cameras, build, tmp_path, certificate):
    programs, pages = tmp_path / "programs", tmp_path / "pages"
    for folder in (programs, pages):
        folder.mkdir()
    for name in ("update", "system"):
        shutil.copy(build / "src" / "cgi-bin" / name, programs)
    with open(pages / "large.bin", "wb") as page:
        page.truncate(500_000_000)
    files = f"certificate = {certificate[0]}\nkey = {certificate[1]}\nlisten-https = 127.0.0.1:0\n"
    yield cameras(replace=[(f"programs = {build / 'src' / 'cgi-bin'}",
                            f"{files}pages = {pages}\nprograms = {programs}")])
    (pages / "large.bin").unlink()  # the tests' folders are kept for a while, and may be copied


class Peaks(threading.Thread):
    """The peak memory of each process of a server, in KiB."""

    def __init__(self, server, programs):
        super().__init__(daemon=True)
        self.server, self.programs = server, programs
        self.peaks = {"broker": 0, "server": 0, "program": 0}
        self.ends = threading.Event()

    def __enter__(self):
        self.start()
        return self.peaks

    def __exit__(self, *_):
        self.ends.set()
        self.join(SECONDS)

    def run(self):
        while not self.ends.wait(0.02):
            self.note("broker", self.server.child.pid)
            self.note("server", self.server.serving())
            for program in named_after(self.programs):
                self.note("program", program.number)

    def note(self, what, number):
        try:
            with open(f"/proc/{number}/status") as told:
                found = re.search(r"VmHWM:\s+(\d+) kB", told.read())
        except (FileNotFoundError, ProcessLookupError):
            return
        if found:
            self.peaks[what] = max(self.peaks[what], int(found[1]))


@pytest.fixture(scope="module")
def bounds(root):
    """The figures of docs/ispupd.md, in KiB."""
    text = (root / "docs" / "ispupd.md").read_text()
    table = text.split("## Under attack")[1].split("\n## ")[0]
    found = dict(re.findall(r"^\| (broker|server|program)\b.* \| (\d+) MiB \|$", table, re.M))
    assert set(found) == {"broker", "server", "program"}
    return {what: int(size) * 1024 for what, size in found.items()}


def https_port(server):
    return int(re.search(rb"https://127\.0\.0\.1:(\d+)/", server.camera.folder.joinpath(
        "ispupd.log").read_bytes())[1])


def places(server):
    """Connections that the server holds, besides its listening socket and the one to the
    broker."""
    held = descriptors(server.serving()).values()
    return sum(target.startswith("socket:") for target in held) - 3


def expect_places(server, attack, count):
    until(lambda: places(server) >= count or attack.is_slower_than(count),
          lambda: f"{places(server)} connections, {attack.made} were made")
    if places(server) < count:
        pytest.skip(f"this machine is too busy to hold {count} connections until each has its end")


def exchange(port, request, context, is_seen):
    """A reply, or None: the connection was closed. In the middle of the request it waits until the
    test has seen the request's processes."""
    raw, half = b"", len(request) // 2
    try:
        with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
            if context:
                connection = context.wrap_socket(connection, server_hostname="camera")
            connection.sendall(request[:half])
            until(lambda: is_seen() or select.select([connection], [], [], 0)[0], "no program")
            connection.sendall(request[half:])
            while piece := connection.recv(65536):
                raw += piece
    except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
        pass
    return split_reply(raw) if raw else None


def update(*arguments):
    """As any client does: if all places are taken, it tries again."""
    replies = []

    def is_answered():
        replies.append(exchange(*arguments))
        return replies[-1] is not None and replies[-1].status != 503

    until(is_answered, lambda: f"refused {len(replies)} times")
    return replies[-1]


@pytest.mark.parametrize("through", ["http", "https"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_update_goes_through_and_memory_has_a_bound(camera, workshop, certificate, bounds,
                                                       tmp_path, attack, through):
    count, kinds, held = ATTACKS[attack]
    request = upload_request(workshop.image("V1.01.00", **SIZES), "V1.01.00")
    is_secure = through == "https"
    context = ssl.create_default_context(cafile=certificate[0]) if is_secure else None
    with Server(camera) as server:
        port = https_port(server) if is_secure else server.port
        with (Peaks(server, tmp_path / "programs") as peaks,
              Attack(port, count, kinds, ATTACKER, is_secure and certificate[0]) as attack):
            expect_places(server, attack, held)
            assert update(port, request, context, lambda: peaks["program"]).body == b"OK\n"
            assert places(server) >= held // 2 or attack.is_slower_than(held), "the attack was over"
            camera.settle()
        print(f"{attack} {through}: at most, in KiB: {peaks}")
        assert {what: peak for what, peak in peaks.items() if peak > bounds[what]} == {}
        assert min(peaks.values()) > 0
    assert camera.is_asked_to_restart()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
