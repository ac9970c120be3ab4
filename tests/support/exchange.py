# SPDX-License-Identifier: Apache-2.0
"""Two ways to send a request to the camera: to a program, as a web server does (CGI/1.1), and to
`ispupd` over a socket. In both, the body can come in pieces or end too early."""

import array
import fcntl
import re
import select
import signal
import socket
import subprocess
import termios
import threading
import time
from dataclasses import dataclass

import socket_queue

SECONDS = 60  # what takes this long hangs


@dataclass
class Reply:
    status: int
    head: list  # (name, value) in the order received
    body: bytes
    raw: bytes

    def field(self, name):
        return [value for key, value in self.head if key.lower() == name.lower()]


def split_reply(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = 200
    if lines[0].startswith("HTTP/"):
        status = int(lines.pop(0).split()[1])
    fields = [tuple(line.split(": ", 1)) for line in lines if ": " in line]
    for name, value in fields:
        if name == "Status":
            status = int(value.split()[0])
    return Reply(status, fields, body, raw)


def environment_of(head, length, configuration):
    """CGI/1.1 (RFC 3875), filled in as web servers do."""
    lines = head.decode("latin-1").split("\r\n")
    method, target, protocol = lines[0].split(" ")
    path, _, query = target.partition("?")
    environment = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": protocol,
                   "SERVER_SOFTWARE": "test", "SERVER_NAME": "camera", "SERVER_PORT": "80",
                   "REQUEST_METHOD": method, "SCRIPT_NAME": path, "QUERY_STRING": query,
                   "REQUEST_URI": target,  # not of CGI/1.1, but Apache, lighttpd and nginx set it
                   "REMOTE_ADDR": "192.0.2.7", "PATH": "/usr/bin:/bin",
                   "ISPUP_CONFIG": str(configuration)}
    for line in filter(None, lines[1:]):
        name, _, value = line.partition(":")
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        value = value.strip(" ")
        environment[key] = f"{environment[key]}, {value}" if key in environment else value
    if length is not None:
        environment["CONTENT_LENGTH"] = str(length)
    return environment


def queued(fd, request):
    count = array.array("i", [0])
    fcntl.ioctl(fd, request, count)
    return count[0]


def unread(end):
    """Bytes that the other end of a pipe or a connection has not read yet."""
    if isinstance(end, socket.socket):
        return queued(end, termios.TIOCOUTQ) + socket_queue.unread(end)
    return queued(end, termios.FIONREAD)


def wait_until_taken(end, seconds=SECONDS):
    """Waits until everything sent has been read, or never will be: the reader has ended, or the
    server has answered without reading everything. Anything else is a failure."""
    deadline = time.monotonic() + seconds
    poll = select.poll()
    poll.register(end, select.POLLIN if isinstance(end, socket.socket) else 0)
    while unread(end) > 0 and not poll.poll(0):
        assert time.monotonic() < deadline, f"{unread(end)} bytes stay unread"
        time.sleep(0.0005)


def feed(pipe, pieces):
    try:
        for i, piece in enumerate(pieces):
            if i > 0:
                wait_until_taken(pipe)
            pipe.write(piece)
    except BrokenPipeError:
        pass  # it answered without reading everything
    finally:
        try:
            pipe.close()
        except BrokenPipeError:
            pass


class Cgi:
    """Runs the program that the request's path names."""
    name = "cgi"

    def __init__(self, camera):
        self.camera = camera
        self.log = b""  # the programs' standard error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def exchange(self, request, cut=None, is_truncated=False, length=None, extra=None):
        """`cut` counts bytes of the request; `length` is the length that the server passes if the
        request has none; `extra` are variables that a server adds."""
        head, _, body = request.partition(b"\r\n\r\n")
        at = max(0, (cut or 0) - len(head) - 4)
        pieces = [body] if cut is None else [body[:at], body[at:]]
        if is_truncated:
            pieces = pieces[:1]
        environment = environment_of(head, length, self.camera.configuration) | (extra or {})
        path = environment["SCRIPT_NAME"]
        program = self.camera.build / "src" / "cgi-bin" / path.rsplit("/", 1)[-1]
        child = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, bufsize=0, env=environment,
                                 cwd=self.camera.folder)
        return split_reply(self.talk(child, pieces))

    def talk(self, child, pieces):
        """The program's answer. A program that neither reads nor ends is killed."""
        hangs = threading.Timer(SECONDS, child.kill)
        hangs.start()
        try:
            feed(child.stdin, pieces)
            child.stdin = None
            raw, said = child.communicate()
        finally:
            hangs.cancel()
            child.kill()
            child.wait()
        self.log += said
        said = said.decode(errors="replace")
        assert child.returncode >= 0, f"ended by signal {-child.returncode}: {said}"
        return raw


class Ispupd:
    """Starts `ispupd` for the camera, on a port of its own."""
    name = "ispupd"

    def __init__(self, camera):
        self.camera = camera

    def __enter__(self):
        program = self.camera.build / "src" / "ispupd" / "ispupd"
        path = self.camera.folder / "ispupd.log"
        begin = path.stat().st_size if path.exists() else 0
        self.log = open(path, "ab")
        self.child = subprocess.Popen(
            [program, "-c", self.camera.configuration, "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.port = self.told_port(path, begin)
        return self

    def told_port(self, path, begin):
        """The port that the kernel chose, from the first line of the server."""
        deadline = time.monotonic() + SECONDS
        while True:
            told = re.search(rb"listening on https?://127\.0\.0\.1:(\d+)/\n",
                             path.read_bytes()[begin:])
            if told:
                return int(told[1])
            assert self.child.poll() is None and time.monotonic() < deadline, "no ispupd"
            time.sleep(0.002)

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        try:
            assert self.child.wait(SECONDS) == 0
        finally:
            self.child.kill()
            self.log.close()

    def exchange(self, request, cut=None, is_truncated=False):
        pieces = [request] if cut is None else [request[:cut], request[cut:]]
        if is_truncated:
            pieces = pieces[:1]
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw = b""
            try:
                for i, piece in enumerate(pieces):
                    if i > 0:
                        wait_until_taken(connection)
                    connection.sendall(piece)
                if is_truncated:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it answered without reading everything
            try:
                while piece := connection.recv(65536):
                    raw += piece
            except ConnectionResetError:
                pass
        return split_reply(raw) if raw else Reply(0, [], b"", b"")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


WAYS = {way.name: way for way in (Cgi, Ispupd)}
