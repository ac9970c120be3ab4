# SPDX-License-Identifier: Apache-2.0
"""Two processes: one keeps the rights that it was started with, the other serves HTTP without
any."""

import array
import fcntl
import os
import pwd
import re
import signal
import subprocess
import termios
from pathlib import Path

import pytest
from http_server import AS_NOBODY, NOBODY, SECONDS, body, read_all, request, status, wait_until
from older_kernel import hide_close_range, hide_ends_of_processes
from process_table import looking_inside
from waiting_update import OTHER_GROUPS, in_other_groups

HELD = {"/dev/null", "socket", "anon_inode"}  # and the log
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: there is nothing to give up")


def facts(number):
    """/proc/NUMBER/status."""
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def filters(number="self"):
    """The number of filters that hold a process. In a container all processes have one."""
    return int(facts(number)["Seccomp_filters"][0])


@as_root
def test_who_serves_has_no_rights_and_an_empty_root(make_server):
    server = make_server()
    with server.start(kernel=in_other_groups):
        expect_no_rights(server)


def expect_no_rights(server):
    told = facts(server.serving)
    assert facts(server.child.pid)["Groups"] == [str(group) for group in OTHER_GROUPS]
    assert set(told["Uid"]) == {str(NOBODY)} and set(told["Gid"]) == {str(NOBODY)}
    assert told["Groups"] == []
    # Inheritable rights, which some containers give, are none: no_new_privs keeps them from use.
    assert all(int(told[name][0], 16) == 0 for name in ("CapEff", "CapPrm", "CapAmb"))
    assert told["NoNewPrivs"] == ["1"]
    assert set(facts(server.child.pid)["Uid"]) == {"0"}
    root = f"/proc/{server.serving}/root"
    with looking_inside():
        assert os.listdir(root) == [] and os.readlink(root).endswith("(deleted)")
        assert os.readlink(f"/proc/{server.serving}/cwd") == os.readlink(root)


def test_who_serves_is_held_by_a_filter(server):
    if not server.is_filtered:
        pytest.skip("this build has no filter")
    assert filters(server.child.pid) == filters()
    assert filters(server.serving) == filters() + 1
    # Its threads too.
    with server.connect() as connection:
        connection.sendall(b"GET")
        tasks = Path(f"/proc/{server.serving}/task")
        wait_until(lambda: len(list(tasks.iterdir())) >= 3)
        assert all(filters(f"{server.serving}/task/{task.name}") == filters() + 1
                   for task in tasks.iterdir())


def test_who_serves_holds_sockets_and_the_log_alone(server):
    held = server.descriptors()
    assert held.count("/dev/null") == 2 and held.count(str(server.log_path)) == 1
    assert set(held) == {*HELD, str(server.log_path)}


@pytest.mark.parametrize("kernel", [hide_close_range, hide_ends_of_processes])
def test_an_older_kernel_is_good_enough(make_server, kernel):
    server = make_server()
    with server.start(through=("sh", "-c", 'exec "$@" 9</', "sh"), kernel=kernel):
        assert set(server.descriptors()) == {*HELD, str(server.log_path)}
        assert b"9" not in body(server.get("/cgi-bin/descriptors")).split()
        assert facts(server.serving)["NoNewPrivs"] == ["1"]
        if server.is_filtered:
            # The filter of the older kernel, and our own.
            assert filters(server.serving) == filters() + 2


def test_on_an_older_kernel_too_its_filter_ends_a_process_whole(build):
    program = build / "tests/unit/ispupd/test_ispupd_filter"
    done = subprocess.run([program], capture_output=True, timeout=SECONDS, text=True,
                          preexec_fn=hide_ends_of_processes)
    assert done.returncode == 0, done.stderr


def documented_calls(root):
    """The table of docs/ispupd.md: the allowed calls, and those that get an error."""
    page = (root / "docs" / "ispupd.md").read_text()
    rows = page.split("| for | system calls |")[1].split("\n\n")[0].splitlines()[2:]
    answered = [row for row in rows if row.startswith("| answered with an error |")]
    assert len(answered) == 1
    return [re.findall(r"`(\w+)`", " ".join(some))
            for some in ([row for row in rows if row not in answered], answered)]


def calls_in_source(root):
    text = (root / "src" / "ispupd" / "filter_seccomp.c").read_text()
    allowed, refused = text.split("} refused[] = {")
    return [re.findall(r"(?m)^    (?:ANY|EQUAL|MASKED)\((\w+)", allowed),
            re.findall(r"\{SCMP_SYS\((\w+)\), E", refused)]


def test_the_table_of_the_documentation_is_the_filter(root):
    for told, made in zip(documented_calls(root), calls_in_source(root), strict=True):
        assert sorted(told) == sorted(made)
        assert len(set(made)) == len(made) > 0


def test_what_the_table_says_of_arguments_is_in_the_filter(root):
    """The calls that are allowed with some arguments only."""
    text = (root / "src" / "ispupd" / "filter_seccomp.c").read_text()
    page = (root / "docs" / "ispupd.md").read_text()
    memory = page.split("| memory that is not executable | ")[1].split(" |")[0]
    assert re.findall(r"(?m)^    MASKED\((.*)\),$", text) == [
        "clone, 0, CLONE_THREAD, CLONE_THREAD",
        *(f"{name}, 2, PROT_EXEC, 0" for name in ("mmap", "mmap2", "mprotect"))]
    assert re.findall(r"(?m)^    EQUAL\((.*)\),$", text) == ["prctl, 0, PR_SET_NAME"]
    assert "`clone` of a thread, never of a process;" in page
    assert "`prctl` for the name of a thread," in page
    assert all(f"`{name}`" in memory for name in ("mmap", "mmap2", "mprotect"))


@as_root
def test_a_user_of_its_own(make_server):
    daemon = pwd.getpwnam("daemon")
    with make_server(more="user = daemon\n") as server:
        told = facts(server.serving)
        assert set(told["Uid"]) == {str(daemon.pw_uid)} and set(told["Gid"]) == {str(daemon.pw_gid)}
        assert status(server.get("/cgi-bin/ok")) == 200


@as_root
@pytest.mark.parametrize("user, told", [
    ("root", "[server] user: root is root, or of its group: give one without rights"),
    ("no-such-user", "[server] user: no no-such-user in /etc/passwd: add it"),
])
def test_a_user_that_will_not_do_is_told(make_server, user, told):
    server = make_server(more=f"user = {user}\n")
    done = subprocess.run([server.program, "-c", server.configuration], stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=SECONDS, text=True)
    assert done.returncode == 78 and done.stderr == f"ispupd: {told}\n"


@as_root
@pytest.mark.parametrize("missing, told", [
    ("sys_chroot", "chroot: Operation not permitted: start it with CAP_SYS_CHROOT, or not as root"),
    ("setuid", "user and group: Operation not permitted: "
               "start it with CAP_SETUID and CAP_SETGID, or not as root"),
])
def test_a_right_that_is_missing_to_give_up_the_others_is_told(make_server, missing, told):
    server = make_server()
    done = subprocess.run(["setpriv", f"--bounding-set=-{missing}", f"--inh-caps=-{missing}",
                           server.program, "-c", server.configuration], stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=SECONDS, text=True)
    assert done.returncode == 70
    assert done.stderr.splitlines()[-1] == f"ispupd: cannot give up rights: {told}"


@as_root
def test_programs_keep_the_rights_and_pages_need_none(server):
    server.add_program("who", r"printf 'Content-type: text/plain\n\n'; id -u")
    page = server.folder / "pages" / "private.txt"
    page.write_text("for all to read")
    page.chmod(0o600)
    assert body(server.get("/cgi-bin/who")) == b"0\n"
    assert body(server.get("/private.txt")) == b"for all to read"


@pytest.fixture
def nobodys_server(make_server):
    """Started by a user without rights, as on a PC."""
    server = make_server()
    server.hand_to_nobody()
    with server.start(through=AS_NOBODY if os.geteuid() == 0 else ()):
        yield server


def test_a_user_without_rights_can_start_it(nobodys_server):
    server = nobodys_server
    assert status(server.get("/cgi-bin/ok")) == 200
    (server.folder / "pages" / "a.txt").write_text("a")
    assert body(server.get("/a.txt")) == b"a"
    told = facts(server.serving)
    assert told["Uid"] == facts(server.child.pid)["Uid"]
    assert filters(server.serving) == filters() + int(server.is_filtered)


def waiting_at(number):
    """How many bytes wait in the pipe that is a program's standard input."""
    size = array.array("i", [0])
    with looking_inside(), open(f"/proc/{number}/fd/0", "rb", buffering=0) as pipe:
        fcntl.ioctl(pipe, termios.FIONREAD, size)
    return size[0]


def test_a_server_that_is_ended_is_told_and_its_programs_go_on(make_server):
    server = make_server()
    server.start()
    connection = server.connect()
    connection.sendall(request("POST", "/cgi-bin/waits", "Content-Length: 3") + b"abc")
    wait_until(lambda: server.read("running"))
    wait_until(lambda: waiting_at(int(server.read("running"))) == 3, "the body")
    os.kill(server.serving, signal.SIGKILL)
    assert server.child.wait(SECONDS) == 70
    assert server.log().endswith(
        "ispupd: the process that serves HTTP was ended by signal 9\n")
    assert read_all(connection) == b""
    server.release()
    wait_until(lambda: server.read("input") == "abc", "the program's end")


def test_the_server_ends_with_the_broker(make_server):
    server = make_server()
    server.start()
    serving = server.serving
    server.child.kill()
    server.child.wait()
    wait_until(lambda: not Path(f"/proc/{serving}").exists() or facts(serving)["State"][0] == "Z")
