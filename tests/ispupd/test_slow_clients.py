# SPDX-License-Identifier: Apache-2.0
"""The limits of time, waited for once and for real. All clients of this file begin together, each in
a thread: what takes longest, the 30 s of a body that does not come, is what all of it takes.
"""

import threading

import pytest
from http_server import Server, body, request, wait_until

LONGEST = 120
COUNTS = r"printf 'Content-type: text/plain\n\n'; wc -c"


class Client(threading.Thread):
    """Sends `first`, then `piece` every 0.2 s, until the server answers or closes."""

    def __init__(self, server, first, piece):
        super().__init__(daemon=True)
        self.server, self.first, self.piece = server, first, piece
        self.raw = None
        self.leaves = threading.Event()
        self.start()

    def run(self):
        raw = b""
        with self.server.connect() as connection:
            try:
                connection.sendall(self.first)
                connection.settimeout(0.2)
                while not self.leaves.is_set():
                    try:
                        raw = connection.recv(65536)
                        break
                    except TimeoutError:
                        connection.sendall(self.piece)
            except (BrokenPipeError, ConnectionResetError):
                pass
        self.raw = raw

    def answer(self):
        self.join(LONGEST)
        assert self.raw is not None, "neither answered nor closed"
        return self.raw


def post(name, first=b""):
    return request("POST", f"/cgi-bin/{name}", "Content-Length: 30000000") + first


@pytest.fixture(scope="module")
def clients(tmp_path_factory, build):
    with Server(tmp_path_factory.mktemp("slow"), build) as server:
        server.add_program("counts", COUNTS)
        (server.folder / "pages" / "large.bin").write_bytes(bytes(50_000_000))
        reads_nothing = server.connect()
        reads_nothing.sendall(request("GET", "/large.bin"))
        yield {
            "server": server,
            "reads nothing": reads_nothing,
            "head, byte by byte": Client(server, b"GET /cgi-bin/ok HTTP/1.1\r\nA: ", b"a"),
            "empty lines": Client(server, b"\r\n", b"\r\n"),
            "silent": Client(server, b"", b""),
            "refused, sends on": Client(server, post("refuses", b"a"), bytes(4096)),
            "refused, silent": Client(server, post("refuses", b"a"), b""),
            "body never begins": Client(server, post("keeps"), b""),
            "body too slow": Client(server, post("counts", b"a"), b"b" * 100),
            "body fast enough": Client(server, post("keeps", b"a"), bytes(4096)),
        }


@pytest.mark.parametrize("name", ["head, byte by byte", "empty lines", "silent"])
def test_a_head_that_takes_more_than_10_seconds_is_closed(clients, name):
    assert clients[name].answer() == b""


@pytest.mark.parametrize("name", ["refused, sends on", "refused, silent"])
def test_a_stranger_whose_body_does_not_end_is_answered_all_the_same(clients, name):
    assert body(clients[name].answer()) == b"ERROR: not authorized\n"


def test_a_body_that_never_begins_starts_no_program(clients):
    assert clients["body never begins"].answer() == b""


def test_a_body_slower_than_1_kib_a_second_is_the_end_of_the_input(clients):
    """Then the program answers, and the client gets to read it."""
    count = int(body(clients["body too slow"].answer()))
    assert 1 < count < 30 * 1024


def test_a_body_faster_than_that_goes_on(clients):
    clients["body too slow"].answer()
    assert clients["body fast enough"].is_alive()
    clients["body fast enough"].leaves.set()
    clients["body fast enough"].join(LONGEST)
    wait_until(lambda: clients["server"].read("ended"))


def test_a_client_that_takes_no_reply_is_closed(clients):
    wait_until(lambda: "GET /large.bin 200" in clients["server"].log())
    assert "the client takes too little" in clients["server"].log()
