# SPDX-License-Identifier: Apache-2.0
"""The time limits, really waited for, once. All clients of this file begin together, each in a
thread, so the file takes as long as its longest wait: 30 s for a body that does not arrive."""

import ssl
import threading

import pytest
from certificates import make_certificate
from http_server import Server, body, request, wait_until

LONGEST = 120
HTTPS = "listen-https = 127.0.0.1:0\ncertificate = camera.crt\nkey = camera.key\n"
COUNTS = r"printf 'Content-type: text/plain\n\n'; wc -c"


class Client(threading.Thread):
    """Sends `first`, then `piece` every 0.2 s, until the server answers or closes."""

    def __init__(self, server, first, piece):
        super().__init__(daemon=True)
        self.server, self.first, self.next_piece = server, first, lambda: piece
        self.raw = None
        self.leaves = threading.Event()
        self.start()

    def connect(self):
        return self.server.connect()

    def run(self):
        raw = b""
        with self.connect() as connection:
            try:
                connection.sendall(self.first)
                connection.settimeout(0.2)
                while not self.leaves.is_set():
                    try:
                        raw = connection.recv(65536)
                        break
                    except TimeoutError:
                        connection.sendall(self.next_piece())
            except (BrokenPipeError, ConnectionResetError):
                pass
        self.raw = raw

    def answer(self):
        self.join(LONGEST)
        assert self.raw is not None, "neither answered nor closed"
        return self.raw


class Speechless(Client):
    """A client that sends something else than TLS to the port of HTTPS."""
    def connect(self):
        return self.server.connect_https()


class Deaf(Client):
    """Reads nothing until it stops sending. `raw` stays None if sending fails."""
    sent = 0

    def run(self):
        with self.connect() as connection:
            connection.sendall(self.first)
            while not self.leaves.wait(0.2):
                connection.sendall(self.next_piece())
                self.sent += 1
            self.raw = connection.makefile("rb").read()

    def sends_on(self):
        until = self.sent + 3
        wait_until(lambda: self.sent >= until or not self.is_alive())
        return self.is_alive()


class HalfARecord(Client):
    """A body under TLS in a record of 16 KiB that arrives byte by byte: no byte of it can be
    decrypted."""
    def __init__(self, server, first):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=server.folder / "camera.crt")
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="camera")
        super().__init__(server, first, None)

    def connect(self):
        connection = self.server.connect_https()
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(self.outgoing.read())
                self.incoming.write(connection.recv(65536))
        self.tls.write(self.first)
        self.first = self.outgoing.read()
        self.tls.write(bytes(16384))
        self.next_piece = lambda: self.outgoing.read(1)
        return connection

    def answer(self):
        self.incoming.write(super().answer())
        return self.tls.read(65536)


def post(name, first=b""):
    return request("POST", f"/cgi-bin/{name}", "Content-Length: 30000000") + first


@pytest.fixture(scope="module")
def clients(tmp_path_factory, build):
    folder = tmp_path_factory.mktemp("slow")
    make_certificate(folder)
    with Server(folder, build, more=HTTPS) as server:
        server.add_program("counts", COUNTS)
        server.add_program("counts-too", COUNTS)
        (server.folder / "pages" / "large.bin").write_bytes(bytes(50_000_000))
        reads_nothing = server.connect()
        reads_nothing.sendall(request("GET", "/large.bin"))
        yield {
            "server": server,
            "reads nothing": reads_nothing,
            "head, byte by byte": Client(server, b"GET /cgi-bin/ok HTTP/1.1\r\nA: ", b"a"),
            "empty lines": Client(server, b"\r\n", b"\r\n"),
            "silent": Client(server, b"", b""),
            "no handshake": Speechless(server, b"", b""),
            "a handshake, byte by byte": Speechless(server, b"\x16\x03\x01\x40\x00", b"\x01"),
            "half a record": HalfARecord(server, post("counts", b"a")),
            "refused, sends on": Client(server, post("refuses", b"a"), bytes(4096)),
            "refused, silent": Client(server, post("refuses", b"a"), b""),
            "body never begins": Client(server, post("keeps"), b""),
            "body too slow": Client(server, post("counts", b"a"), b"b" * 100),
            "body too slow, reads late": Deaf(server, post("counts-too", b"a"), b"b" * 100),
            "body fast enough": Client(server, post("keeps", b"a"), bytes(4096)),
        }


@pytest.mark.parametrize("name", ["head, byte by byte", "empty lines", "silent", "no handshake",
                                  "a handshake, byte by byte"])
def test_a_head_that_takes_more_than_10_seconds_is_closed(clients, name):
    assert clients[name].answer() == b""


@pytest.mark.parametrize("name", ["refused, sends on", "refused, silent"])
def test_a_stranger_whose_body_does_not_end_is_answered_all_the_same(clients, name):
    assert body(clients[name].answer()) == b"ERROR: not authorized\n"


def test_a_body_that_never_begins_starts_no_program(clients):
    assert clients["body never begins"].answer() == b""


def test_a_body_slower_than_1_kib_a_second_is_the_end_of_the_input(clients):
    """Then the program answers, and the client can read the answer."""
    count = int(body(clients["body too slow"].answer()))
    assert 1 < count < 30 * 1024


def test_a_body_that_is_too_slow_may_go_on_until_its_client_reads_the_answer(clients):
    """A reset after its next byte would lose the answer."""
    client = clients["body too slow, reads late"]
    wait_until(lambda: "POST /cgi-bin/counts-too 200" in clients["server"].log())
    assert client.sends_on()
    client.leaves.set()
    assert int(body(client.answer())) < 30 * 1024


def test_a_body_of_which_nothing_can_be_opened_is_the_end_of_the_input(clients):
    assert body(clients["half a record"].answer()) == b"1\n"


def test_a_body_faster_than_that_goes_on(clients):
    clients["body too slow"].answer()
    assert clients["body fast enough"].is_alive()
    clients["body fast enough"].leaves.set()
    clients["body fast enough"].join(LONGEST)
    wait_until(lambda: clients["server"].read("ended"))


def test_a_client_that_takes_no_reply_is_closed(clients):
    wait_until(lambda: "GET /large.bin 200" in clients["server"].log())
    assert "the client reads too slowly" in clients["server"].log()
