# SPDX-License-Identifier: Apache-2.0
"""Start, limits of time and connections, end."""

import signal
import socket
import subprocess

import pytest
from http_server import SECONDS, body, read_all, request, said, status, wait_until


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def run(server, *arguments):
    return subprocess.run([server.program, *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                          text=True)


def test_says_its_address_when_it_listens(server):
    assert server.log() == (
        "ispupd: plain HTTP: passwords travel unencrypted, set [server] certificate and key\n"
        f"ispupd: listening on http://127.0.0.1:{server.port}/\n")
    server.connect().close()


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("listen, through, own", [
    ("[::1]:0", "::1", "::1"),
    ("[::]:0", "::1", "::1"),
    ("[::]:0", "127.0.0.1", "127.0.0.1"),
])
def test_listens_on_ipv6_and_on_both(make_server, listen, through, own):
    server = make_server()
    server.start("--listen", listen)
    assert server.url == f"http://{listen[:-1]}{server.port}/"
    with socket.create_connection((through, server.port), SECONDS) as connection:
        connection.sendall(request("GET", "/cgi-bin/environment"))
        told = body(read_all(connection)).decode().splitlines()
        assert f"REMOTE_ADDR={own}" in told and f"SERVER_NAME={own}" in told
    assert server.stop() == 0


def test_a_taken_port_is_one_clear_line(server):
    done = run(server, "-c", server.configuration, "--listen", f"127.0.0.1:{server.port}")
    assert done.returncode != 0
    assert said(done.stderr) == (f"ispupd: cannot listen on 127.0.0.1:{server.port}: "
                                 "Address already in use\n")


@pytest.mark.parametrize("arguments, exit_status, text", [
    (["--listen", "localhost:80", "-c", "CONF"], 78, "cannot listen on localhost:80: not ADDRESS:PORT"),
    (["-c", "/nonexistent/x.conf"], None, "/nonexistent/x.conf"),
    (["-c"], 64, "-c needs a value\nusage: ispupd"),
    (["--port", "80"], 64, "unknown option --port\nusage: ispupd"),
    (["-c", "WRONG"], 78, "wrong.conf: line 1: "),
])
def test_a_mistake_is_told(make_server, arguments, exit_status, text):
    server = make_server()
    wrong = server.folder / "wrong.conf"
    wrong.write_text("[server]\nunknown = 1\n")
    wrong.write_text("nothing\n")
    names = {"CONF": server.configuration, "WRONG": wrong}
    done = run(server, *(names.get(word, word) for word in arguments))
    assert done.returncode == exit_status or (exit_status is None and done.returncode != 0)
    assert text in done.stderr and done.stderr.startswith("ispupd: ") and done.stdout == ""


def test_help_and_version(make_server):
    server = make_server()
    assert run(server, "--help").stdout.startswith("usage: ispupd")
    assert run(server, "--version").stdout.startswith("ispupd ")


def test_a_closed_standard_stream_does_not_keep_it_from_serving(make_server):
    server = make_server()
    with subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&-', "sh", server.program, "-c",
                           server.configuration], stderr=subprocess.PIPE, text=True) as child:
        assert any("listening on" in line for line in child.stderr)
        child.terminate()
        assert child.wait(SECONDS) == 0


def test_sigterm_waits_for_the_program_and_its_reply(server):
    with server.connect() as connection, server.connect() as idle:
        connection.sendall(request("GET", "/cgi-bin/waits"))
        wait_until(lambda: server.read("running"))
        server.child.send_signal(signal.SIGTERM)
        wait_until(lambda: "ending" in server.log())
        wait_until(lambda: is_refused(server), "the end of listening")
        assert idle.recv(1) == b""
        assert server.child.poll() is None
        server.release("carried through")
        assert body(read_all(connection)) == b"carried through\n"
    assert server.child.wait(SECONDS) == 0
    assert server.log().endswith("ispupd: ended\n")


def is_refused(server):
    try:
        server.connect().close()
        return False
    except ConnectionRefusedError:
        return True


def test_sigterm_lets_an_upload_go_on(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 6") + b"abc")
        wait_until(lambda: (server.folder / "input.part").exists())
        server.child.send_signal(signal.SIGTERM)
        wait_until(lambda: "ending" in server.log())
        connection.sendall(b"def")
        assert body(read_all(connection)) == b"OK\n"
    assert server.child.wait(SECONDS) == 0
    assert server.read("input") == "abcdef"


def test_sigterm_does_not_wait_for_what_has_closed_its_output(server):
    assert body(server.get("/cgi-bin/lives-on")) == b"OK\n"
    assert server.stop() == 0
    assert server.read("ended") == ""
    server.release()
    wait_until(lambda: server.read("ended"))


def test_the_port_is_free_again_at_once(make_server):
    server = make_server()
    server.start()
    server.get("/cgi-bin/ok")
    port = server.port
    assert server.stop() == 0
    server.start("--listen", f"127.0.0.1:{port}")
    assert status(server.get("/cgi-bin/ok")) == 200
    assert server.stop() == 0


def test_sighup_and_sigpipe_are_passed_over(server):
    for number in (signal.SIGHUP, signal.SIGPIPE):
        server.child.send_signal(number)
    assert status(server.get("/cgi-bin/ok")) == 200


def test_sigint_ends_it_too(server):
    server.child.send_signal(signal.SIGINT)
    assert server.child.wait(SECONDS) == 0


def test_256_connections_and_places_for_others(make_server):
    """One address holds all places: another address still gets one. Both addresses are this
    machine's own."""
    server = make_server(listen="0.0.0.0:0")
    with server:
        greedy = [connect_from(server, "127.0.0.1") for _ in range(256)]
        other = connect_from(server, "127.0.0.2")
        other.sendall(request("GET", "/cgi-bin/ok"))
        assert status(read_all(other)) == 200
        assert greedy[0].recv(1) == b""
        for connection in (*greedy, other):
            connection.close()
        wait_until(lambda: len(server.descriptors()) < 20, "closing")
        assert status(server.get("/cgi-bin/ok")) == 200


def connect_from(server, address):
    return socket.create_connection(("127.0.0.1", server.port), SECONDS, (address, 0))
