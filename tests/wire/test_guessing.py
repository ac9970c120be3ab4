# SPDX-License-Identifier: Apache-2.0
"""A client that guesses passwords locks itself out, and no other client."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from exchange import SECONDS, Cgi, split_reply
from lock_out import undisturbed
from upload import Server, Upload, upload_request

TRIES = 10000
TABLE_SIZE = 256 * 24  # 256 addresses
LOG_SIZE = 2 * 65536 + 4096


def ask(server, source, command, password, account="admin"):
    """The body of the reply to a GET from this address, one of the machine's own."""
    with socket.create_connection(("127.0.0.1", server.port), SECONDS,
                                  source_address=(source, 0)) as connection:
        connection.sendall(f"GET /cgi-bin/{command[0]}?USER={account}&PWD={password}&{command[1]} "
                           "HTTP/1.1\r\nHost: camera\r\n\r\n".encode())
        raw = b""
        while piece := connection.recv(65536):
            raw += piece
    return split_reply(raw).body


LOGIN = ("system", "LOGIN")
STATUS = ("update", "ISP_STATUS")
BAD = b"ERROR: bad account/password\n"
SHUT_OUT = b"ERROR: too many wrong logins: wait 30 seconds\n"


def guess(server, source, count):
    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(lambda i: ask(server, source, LOGIN, f"guess{i}"), range(count)))
    assert said <= {BAD, SHUT_OUT}


@pytest.fixture
def server(cameras):
    with Server(cameras()) as started:
        yield started


def test_ten_thousand_guesses_from_one_address_change_nothing_for_another(server):
    before = ask(server, "127.0.0.3", STATUS, "123456")
    guess(server, "127.0.0.2", TRIES)
    assert ask(server, "127.0.0.3", STATUS, "123456") == before
    assert ask(server, "127.0.0.3", LOGIN, "seen-only", "viewer") == b"LOGIN='2'\n"
    run = server.camera.folder / "ram" / "run"
    assert (run / "logins").stat().st_size == TABLE_SIZE
    assert sum(path.stat().st_size for path in run.glob("log*") if path.name != "logins") < LOG_SIZE


def test_guesses_from_the_host_of_an_update_do_not_stop_it(server, workshop):
    camera = server.camera
    upload = Upload(server, upload_request(workshop.image("V1.01.00", firmware=9000), "V1.01.00"))
    upload.send_until(3000)

    def shut_out(_):
        guess(server, "127.0.0.1", 20)
        return ask(server, "127.0.0.1", STATUS, "123456")

    assert undisturbed(shut_out) == SHUT_OUT
    upload.send_rest()
    assert upload.read_reply().body == b"OK\n"
    assert camera.is_asked_to_restart()


def test_an_account_of_ones_own_gives_no_more_guesses(cameras):
    """A login of level user between guesses at an administrator's password, to the same CGI
    program."""
    camera = cameras()
    way = Cgi(camera)

    def login(address, account, password):
        return way.exchange(f"GET /cgi-bin/system?USER={account}&PWD={password}&LOGIN HTTP/1.1\r\n"
                            "Host: camera\r\n\r\n".encode(),
                            extra={"REMOTE_ADDR": address}).body

    def guess_in_between(address):
        said = [login(address, *who) for i in range(5)
                for who in (("viewer", "seen-only"), ("admin", f"guess{i}"))]
        said += [login(address, "admin", "123456"), login(address, "viewer", "seen-only")]
        return address, said

    address, said = undisturbed(guess_in_between)
    assert said == [b"LOGIN='2'\n", BAD] * 5 + [SHUT_OUT, SHUT_OUT]
    log = (camera.folder / "ram/run/log").read_text()
    assert log.count(f"wrong account or password from {address}\n") == 5
    assert log.endswith("too many wrong logins: that address is refused for 30 seconds\n")
