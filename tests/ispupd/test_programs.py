# SPDX-License-Identifier: Apache-2.0
"""How a program runs: its environment, its descriptors, a client that leaves, its end."""

import hashlib
import os
import signal
import socket
import struct
import sys
import threading
from pathlib import Path

import pytest
from http_server import body, head, read_all, request, status, wait_until


BODY = bytes(range(256)) * 1200


def digest(content):
    return hashlib.sha256(content).hexdigest()


def environment(server, target, *fields, method="GET", content=b""):
    raw = server.exchange(request(method, target, *fields) + content)
    assert status(raw) == 200
    pairs = [line.split("=", 1) for line in body(raw).decode("latin-1").splitlines()]
    return dict(pairs), [name for name, _ in pairs]


def test_environment_is_cgi_and_nothing_of_ours(server, monkeypatch):
    told, names = environment(server, "/cgi-bin/environment?USER=a&PWD=%26%2f&X",
                              "Referer: http://camera/a?b", "X-A: 1", "x-a: 2")
    assert told.pop("REMOTE_ADDR") == "127.0.0.1"
    assert told == {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SERVER_SOFTWARE": "ispupd",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "/cgi-bin/environment",
        "QUERY_STRING": "USER=a&PWD=%26%2f&X",
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "ISPUP_CONFIG": str(server.configuration),
        "HTTP_HOST": "camera",
        "HTTP_REFERER": "http://camera/a?b",
        "HTTP_X_A": "1, 2",
    }
    assert len(names) == len(set(names))


def test_environment_of_a_post(server):
    told, _ = environment(server, "/cgi-bin/environment", "Content-Type: a/b; c=\"d e\"",
                          "Content-Length: 3", method="POST", content=b"abc")
    assert told["CONTENT_LENGTH"] == "3" and told["CONTENT_TYPE"] == 'a/b; c="d e"'
    assert told["REQUEST_METHOD"] == "POST" and told["QUERY_STRING"] == ""
    assert "HTTP_CONTENT_TYPE" not in told and "HTTP_CONTENT_LENGTH" not in told


def test_a_post_without_a_length_has_no_body_and_tells_no_length(server):
    told, _ = environment(server, "/cgi-bin/environment", method="POST")
    assert told["REQUEST_METHOD"] == "POST" and "CONTENT_LENGTH" not in told


def test_no_field_sets_what_programs_take_for_the_machines(server):
    told, _ = environment(server, "/cgi-bin/environment", "Proxy: http://evil/", "Path: /evil",
                          "Ispup-Config: /evil", "Remote-User: root", "Auth-Type: Basic",
                          "Authorization: Basic eDp5", "Content_Length: 7")
    assert not {"HTTP_PROXY", "HTTP_AUTHORIZATION", "REMOTE_USER", "AUTH_TYPE",
                "HTTP_CONTENT_LENGTH"} & set(told)
    assert told["PATH"] == "/usr/sbin:/usr/bin:/sbin:/bin"
    assert told["ISPUP_CONFIG"] == str(server.configuration)


def test_a_relative_configuration_is_told_as_an_absolute_path(make_server, monkeypatch):
    server = make_server()
    monkeypatch.chdir(server.folder)
    absolute, server.configuration = server.configuration, "ispup.conf"
    with server:
        told, _ = environment(server, "/cgi-bin/environment")
        assert told["ISPUP_CONFIG"] == str(absolute)


def test_a_program_has_its_three_descriptors_and_no_more(make_server):
    server = make_server()
    with server.start(through=("sh", "-c", 'exec "$@" 9</', "sh")):
        others = [server.connect() for _ in range(5)]
        assert "/" not in server.descriptors(server.child.pid) + server.descriptors()
        told = body(server.get("/cgi-bin/descriptors")).decode().split()
        # From 10 on, descriptors are the shell's own, for its script.
        assert [fd for fd in told if int(fd) < 10] == ["0", "1", "2"] and len(told) <= 4
        for other in others:
            other.close()


def test_a_program_has_a_folder_and_a_process_group_of_its_own(server):
    folder, group = body(server.get("/cgi-bin/place")).decode().split()
    assert folder == "/" and int(group) != os.getpgid(server.child.pid)


def test_a_program_starts_with_the_usual_signals(server):
    # In Python: a shell would reset some of this by itself.
    server.add_program("signals", 'print("Content-type: text/plain\\n\\n"'
                       ' + open("/proc/self/status").read().split("ShdPnd:")[1])', sys.executable)
    told = dict(line.split(":\t") for line in body(server.get("/cgi-bin/signals"))
                .decode().splitlines() if line.startswith("Sig"))
    assert int(told["SigBlk"], 16) == 0
    # Python itself ignores SIGPIPE.
    assert int(told["SigIgn"], 16) & (1 << (signal.SIGHUP - 1) | 1 << (signal.SIGTERM - 1)) == 0


@pytest.mark.parametrize("size", [1, 100_000, 30_000_000])
def test_a_stranger_reads_the_refusal_of_a_body_that_was_not_read(server, size):
    raw = server.post("refuses", bytes(size))
    assert body(raw) == b"ERROR: not authorized\n"


def test_a_refusal_comes_after_a_body_that_no_program_reads(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/refuses", "Content-Length: 100000")
                           + bytes(99999))
        wait_until(lambda: server.read("refused") and server.all_children() == [])
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(60)
        connection.sendall(b"a")
        assert body(read_all(connection)) == b"ERROR: not authorized\n"


def test_a_program_that_closes_its_input_is_waited_for(server):
    size = 3_000_000
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/closes-input", f"Content-Length: {size}")
                           + bytes(size))
        wait_until(lambda: server.read("running"))
        server.release("answered")
        assert body(read_all(connection)) == b"answered\n"


def test_a_client_that_leaves_is_the_end_of_the_input_and_not_of_the_program(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 1000") + b"abc")
        wait_until(lambda: (server.folder / "input.part").exists())
    wait_until(lambda: server.read("ended"))
    assert server.read("input") == "abc"


def test_a_client_that_resets_is_the_same(server):
    connection = server.connect()
    connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 1000") + b"abc")
    wait_until(lambda: (server.folder / "input.part").exists())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    wait_until(lambda: server.read("ended"))
    assert server.read("input") == "abc"


def test_a_client_that_ends_its_sending_early_still_reads_the_answer(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 1000") + b"abc")
        wait_until(lambda: (server.folder / "input.part").exists())
        connection.shutdown(socket.SHUT_WR)
        assert body(read_all(connection)) == b"OK\n"
    assert server.read("input") == "abc"


def test_a_client_that_leaves_after_its_request_leaves_the_program_alone(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/waits", "Content-Length: 3") + b"abc")
        wait_until(lambda: server.read("running"))
    server.release()
    wait_until(lambda: server.read("input") == "abc")
    wait_until(lambda: server.all_children() == [])


@pytest.mark.parametrize("at", range(0, 140, 7))
def test_a_request_cut_anywhere_starts_nothing_or_all_of_it(server, at):
    whole = request("POST", "/cgi-bin/keeps", "Content-Type: a/b", "Content-Length: 60") + b"a" * 60
    head_size = whole.index(b"\r\n\r\n") + 4
    with server.connect() as connection:
        connection.sendall(whole[:at])
    if at > head_size:
        wait_until(lambda: server.read("ended"))
        assert server.read("input") == "a" * (min(at, len(whole)) - head_size)
    assert body(server.post("update", b"x")).split()[0].decode() == digest(b"x")
    assert (server.read("ended") != "") == (at > head_size)


@pytest.mark.parametrize("pause", ["bytes", "halves"])
def test_a_request_in_pieces_is_the_same_request(server, pause):
    content = b"0123456789" * 10
    whole = request("POST", "/cgi-bin/echo", f"Content-Length: {len(content)}") + content
    cuts = range(len(whole)) if pause == "bytes" else [len(whole) // 2]
    with server.connect() as connection:
        before = 0
        for at in [*cuts, len(whole)]:
            connection.sendall(whole[before:at])
            before = at
        assert body(read_all(connection)) == content


def test_bytes_after_the_body_are_no_request(server):
    second = request("GET", "/cgi-bin/environment")
    raw = server.exchange(request("POST", "/cgi-bin/echo", "Content-Length: 3") + b"abc" + second)
    assert body(raw) == b"abc" and raw.count(b"HTTP/1.") == 1
    raw = server.exchange(request("GET", "/cgi-bin/ok") + second * 10000)
    assert body(raw) == b"OK\n"


def test_a_program_that_runs_on_after_its_output_delays_no_client(server):
    assert body(server.get("/cgi-bin/lives-on")) == b"OK\n"
    assert server.read("ended") == ""
    server.release()
    wait_until(lambda: server.read("ended"))
    wait_until(lambda: server.all_children() == [], "reaping")


def test_a_child_that_keeps_the_output_open_delays_no_client(server):
    assert body(server.get("/cgi-bin/leaves-child")) == b"OK\n"
    server.release()


def test_nothing_is_left_by_200_requests(server):
    assert status(server.get("/cgi-bin/ok")) == 200
    # The listening socket, and the socket to the other process.
    wait_until(lambda: server.descriptors().count("socket") == 2, "closing")
    # The broker closes its end of the program's pipes by itself, and may be later.
    wait_until(lambda: "pipe" not in server.descriptors(server.child.pid), "closing")
    before, brokers = server.descriptors(), server.descriptors(server.child.pid)
    for i in range(200):
        if i % 3 == 0:
            server.get("/cgi-bin/ok")
        elif i % 3 == 1:
            server.post("refuses", bytes(1000))
        else:
            server.get("/cgi-bin/none")
    wait_until(lambda: server.descriptors() == before, "closing")
    wait_until(lambda: server.all_children() == [], "reaping")
    wait_until(lambda: server.descriptors(server.child.pid) == brokers, "closing")
    assert len(os.listdir(f"/proc/{server.serving}/task")) <= 3


def test_8_programs_at_once_and_the_ninth_is_told(server):
    waiting = []
    for i in range(8):
        connection = server.connect()
        connection.sendall(request("GET", "/cgi-bin/waits"))
        waiting.append(connection)
    wait_until(lambda: server.read("running").count("\n") == 8)
    assert status(server.get("/cgi-bin/ok")) == 503
    assert status(server.post("ok", bytes(1000))) == 503
    (server.folder / "pages" / "index.html").write_text("page")
    assert status(server.get("/")) == 200
    for connection in waiting:
        wait_until(lambda: connection_has_reply(connection) or
                   (server.try_release() and False))
        assert status(read_all(connection)) == 200
        connection.close()
    assert status(server.get("/cgi-bin/ok")) == 200


def connection_has_reply(connection):
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(60)


def test_strangers_who_send_nothing_more_take_no_programs_place(server):
    """Eight heads, and the first byte of eight bodies that no program needs."""
    silent = []
    for i in range(9):
        connection = server.connect()
        connection.sendall(request("POST", "/cgi-bin/refuses", "Content-Length: 1000")
                           + (b"a" if i < 8 else b""))
        silent.append(connection)
    wait_until(lambda: status(server.get("/cgi-bin/ok")) == 200)
    for connection in silent:
        connection.close()


def test_strangers_take_no_place_of_a_program_that_reads_after_its_answer(server):
    """Eight bodies that continue, all of them fast enough."""
    sending = [server.connect() for _ in range(8)]
    for connection in sending:
        connection.sendall(request("POST", "/cgi-bin/refuses-and-reads",
                                   "Content-Length: 60000000") + b"a")

    wait_until(lambda: server.read("running").count("\n") == 8)

    def has_place():
        for connection in sending:
            connection.sendall(bytes(256))
        return status(server.get("/cgi-bin/ok")) == 200

    wait_until(has_place)
    for connection in sending:
        connection.close()


def test_the_log_has_each_request_once_and_no_password(server):
    server.get("/cgi-bin/ok?USER=admin&PWD=sesame&X")
    server.get("/cgi-bin/ok&USER=admin&PWD=sesame&X")
    server.get("http://admin:sesame@camera/cgi-bin/ok")
    server.get("/cgi-bin/ok", "Referer: http://camera/?USER=admin&PWD=sesame&X")
    server.get("/cgi-bin/ok", "Authorization: sesame", "Authorization: sesame")
    text = server.log()
    assert "sesame" not in text and "admin" not in text
    assert text.count("GET ") == 5
    assert text.count("GET /cgi-bin/ok 200 ") == 2


def test_a_large_reply_arrives_whole_at_a_slow_reader(server):
    connection = server.connect()
    connection.sendall(request("GET", "/cgi-bin/large"))
    raw = b""
    while piece := connection.recv(977):
        raw += piece
    assert head(raw)[0] == "HTTP/1.0 200 OK" and body(raw) == bytes(200000)


@pytest.mark.parametrize("failure", ["EINVAL", "ENOSYS"])
def test_a_kernel_that_carries_no_bytes_to_the_program_lets_them_be_copied(make_server, failure):
    without = Path(__file__).parent / "failing_call.py"
    server = make_server()
    server.start(through=[sys.executable, without, "splice", failure])
    with server:
        assert body(server.post("update", BODY)).split()[0].decode() == digest(BODY)


def test_urgent_data_does_not_stop_the_body_it_is_sent_in(server):
    """The kernel moves no urgent data into a pipe: the urgent byte does not belong to the body."""
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 8") + b"ab")
        wait_until(lambda: server.read("input.part") == "ab")
        connection.send(b"X", socket.MSG_OOB)
        connection.sendall(b"cdefgh")
        assert body(read_all(connection)) == b"OK\n"
    assert server.read("input") == "abcdefgh"


def test_a_program_that_takes_its_time_gets_all_of_a_body_that_no_pipe_holds(server):
    large = BODY * 20
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/waits", f"Content-Length: {len(large)}"))
        sender = threading.Thread(target=connection.sendall, args=[large])
        sender.start()
        wait_until(lambda: server.read("running"))
        server.release()
        assert status(read_all(connection)) == 200
        sender.join()
    assert (server.folder / "input").read_bytes() == large


def test_the_log_names_the_folder_of_a_missing_program_and_the_reply_does_not(make_server):
    server = make_server()
    folder = server.folder / "programs"
    (folder / "update").unlink()
    with server:
        raw = server.exchange(request("GET", "/cgi-bin/update"))
        assert status(raw) == 404 and str(folder).encode() not in raw
        wait_until(lambda: " 404 " in server.log())
    assert f"ispupd: no program update in {folder}, requests for it get 404: " in server.log()
    assert f"request: no such program in {folder}\n" in server.log()
