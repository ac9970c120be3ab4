# SPDX-License-Identifier: Apache-2.0
"""Passwords in the two processes of `ispupd`: they are overwritten, and no core dump holds
them."""

import os
import re
import resource
import signal
from pathlib import Path

import pytest
from http_server import AS_NOBODY, SECONDS, read_all, request, status, wait_until
from process_table import looking_inside
from waiting_update import limits

QUERY, REFERER, ACCOUNT = b"Hidden-61fe-query", b"Hidden-b02c-referer", b"SGlkZGVuLTc3MWQtYWNj"
TARGET = "/cgi-bin/{}?USER=chief&PWD=" + QUERY.decode() + "&ISP_IMAGE_SAVE"
FIELD = "Referer: http://camera/cgi-bin/update?USER=chief&PWD=" + REFERER.decode() + "&ISP_IMAGE\r\nX-ISP-Account: " + ACCOUNT.decode()
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: the memory of others")


@pytest.fixture(name="server")
def server_without_sanitizers(server):
    if not server.is_filtered:
        pytest.skip("a sanitizer keeps what was freed, and has too much memory to be searched")
    return server


def memory_of(number):
    """Every writable mapping of a process: its address and its bytes."""
    with looking_inside(), open(f"/proc/{number}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{number}/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if rights.startswith("rw"):
                try:
                    memory.seek(int(begin, 16))
                    yield line.strip(), memory.read(int(end, 16) - int(begin, 16))
                except OSError:
                    pass  # unmapped meanwhile


def places_of(number, *secrets):
    return [(where, piece) for where, data in memory_of(number) for secret in secrets
            for piece in [data[found.start() - 40:found.end() + 20]
                          for found in re.finditer(secret, data)]]


def is_forgotten(number, *secrets):
    return places_of(number, *secrets) == []


def waits_for_the_body(server, name, *fields):
    """A request whose program runs and whose body is incomplete."""
    connection = server.connect()
    connection.sendall(request("POST", TARGET.format(name), FIELD, "Content-Length: 6", *fields)
                       + b"abc")
    wait_until(lambda: server.read("running"), "the program")
    return connection


@as_root
def test_the_search_finds_what_is_there(server):
    """If this found no secret, the other tests could not fail."""
    connection = server.connect()
    connection.sendall(request("POST", TARGET.format("waits"), FIELD, "Content-Length: 6"))
    wait_until(lambda: not is_forgotten(server.serving, QUERY))
    wait_until(lambda: not is_forgotten(server.serving, REFERER))
    wait_until(lambda: not is_forgotten(server.serving, ACCOUNT))
    connection.close()


@as_root
@pytest.mark.parametrize("name", ["ok", "none", "no-name!", "refuses"])
def test_after_a_request_no_process_has_its_password(server, name):
    for method in ("GET", "POST", "PUT"):
        assert status(server.exchange(request(method, TARGET.format(name), FIELD,
                                              "Content-Length: 0")))
        for number in (server.child.pid, server.serving):
            wait_until(lambda number=number: is_forgotten(number, QUERY, REFERER, ACCOUNT))


@as_root
def test_a_program_that_cannot_be_started_leaves_none_either(server):
    server.add_program("broken", "", interpreter="/nowhere/sh")
    assert status(server.get(TARGET.format("broken"), FIELD)) == 500
    for number in (server.child.pid, server.serving):
        wait_until(lambda number=number: is_forgotten(number, QUERY, REFERER, ACCOUNT))


@as_root
def test_while_a_program_runs_the_broker_has_none_and_the_server_the_library_s_alone(server):
    connection = waits_for_the_body(server, "waits")
    wait_until(lambda: is_forgotten(server.child.pid, QUERY, REFERER, ACCOUNT))
    wait_until(lambda: len({place for place, _ in places_of(server.serving, QUERY, REFERER, ACCOUNT)}) == 1,
               "the library's own copy alone")
    connection.sendall(b"def")
    server.release()
    read_all(connection)
    wait_until(lambda: is_forgotten(server.serving, QUERY, REFERER, ACCOUNT))


@as_root
def test_a_connection_that_is_cut_leaves_none(server):
    connection = waits_for_the_body(server, "waits")
    connection.close()
    server.release()
    wait_until(lambda: server.read("input") == "abc", "the program's end")
    for number in (server.child.pid, server.serving):
        wait_until(lambda number=number: is_forgotten(number, QUERY, REFERER, ACCOUNT))


def dump_into(folder):
    """In this folder only ispupd itself prevents a core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    os.chdir(folder)


@as_root
def test_no_process_may_leave_a_core_nor_be_traced_by_its_own_user(make_server):
    server = make_server()
    server.hand_to_nobody()
    with server.start(through=AS_NOBODY, kernel=lambda: dump_into(server.folder)):
        for number in (server.child.pid, server.serving):
            assert limits(number)["Max core file size"] == ["0", "0"]
            # The kernel gives the file to root if a process cannot be dumped.
            assert os.stat(f"/proc/{number}/environ").st_uid == 0


def test_a_crash_leaves_no_core(make_server):
    server = make_server()
    server.start(kernel=lambda: dump_into(server.folder))
    server.child.send_signal(signal.SIGSEGV)
    _, ended = os.waitpid(server.child.pid, 0)
    server.child.returncode = -1
    assert os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGSEGV
    assert not os.WCOREDUMP(ended)
    assert list(server.folder.glob("core*")) == []


def test_a_crash_of_who_serves_leaves_no_core(make_server):
    server = make_server()
    server.start(kernel=lambda: dump_into(server.folder))
    os.kill(server.serving, signal.SIGSEGV)
    assert server.child.wait(SECONDS) == 70
    assert list(server.folder.glob("core*")) == []
