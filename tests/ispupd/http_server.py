# SPDX-License-Identifier: Apache-2.0
"""`ispupd` on a port of its own, with small programs instead of the camera's, and raw sockets as
clients. The programs write what they see and do to files, so that no test has to guess."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from process_table import descriptors

NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
SECONDS = 60  # what takes this long hangs

CONFIGURATION = """\
[camera]
platform = 0300
accounts = accounts
work = work
run = run
[flash]
firmware = file:firmware
[settings]
live = live
saved = saved
[image]
signature = off
[restart]
command = none
[server]
listen = {listen}
programs = programs
pages = pages
body-limit = {body_limit}
{more}"""
# What a build with sanitizers needs, and what it prints.
UNFILTERED = "sandbox = optional\n"
UNFILTERED_LINE = re.compile(r"^ispupd: HTTP is served without the sandbox's filter: .*\n", re.M)

# Each is a shell script; `$D` is the server's folder.
PROGRAMS = {
    # Answers with the digest of the received body and the specification's reply.
    "update": """\
sum=$(sha256sum)
printf 'Content-type: text/plain\\r\\nContent-Length: 68\\r\\n\\r\\n%s\\nOK\\n' "${sum%% *}"
""",
    "ok": r"printf 'Content-type: text/plain\r\nContent-Length: 3\r\n\r\nOK\n'",
    "environment": "printf 'Content-type: text/plain\\n\\n'; tr '\\0' '\\n' </proc/$$/environ",
    "place": r"printf 'Content-type: text/plain\n\n'; pwd; cut -d ' ' -f 5 /proc/$$/stat",
    "descriptors": "printf 'Content-type: text/plain\\n\\n'; ls /proc/$$/fd",
    "echo": "printf 'Content-type: application/octet-stream\\n\\n'; cat",
    # Refuses at once, without reading a byte.
    "refuses": r"""
echo refused >>"$D/refused"
printf 'Content-type: text/plain\r\n\r\nERROR: not authorized\n'
""",
    # Refuses at once, then reads the body, as other servers require.
    "refuses-and-reads": r"""
printf 'Content-type: text/plain\r\nContent-Length: 22\r\n\r\nERROR: not authorized\n'
echo $$ >>"$D/running"
cat >/dev/null
""",
    # Waits for a line in a FIFO; a file tells that it runs, and what it received.
    "waits": """\
echo $$ >>"$D/running"
read -r line <"$D/go"
cat >"$D/input"
printf 'Content-type: text/plain\\n\\n%s\\n' "$line"
""",
    # Reads everything, and keeps it in a file.
    "keeps": """\
cat >"$D/input.part"
mv "$D/input.part" "$D/input"
printf 'Content-type: text/plain\\n\\nOK\\n'
echo ended >"$D/ended"
""",
    # Closes its input and continues.
    "closes-input": """\
exec <&-
echo closed >"$D/running"
read -r line <"$D/go"
printf 'Content-type: text/plain\\n\\n%s\\n' "$line"
""",
    # Closes its output and runs until a line arrives in the FIFO.
    "lives-on": """\
printf 'Content-type: text/plain\\n\\nOK\\n'
exec >&- 2>&-
read -r line <"$D/go"
echo ended >"$D/ended"
""",
    # Exits, and leaves a child that keeps its output open.
    "leaves-child": """\
printf 'Content-type: text/plain\\n\\nOK\\n'
( exec 2>&-; read -r line <"$D/go"; : ) &
""",
    "silent": "exit 0",
    "dies": "printf 'Content-type: text/plain\\n'; kill -SEGV $$",
    "no-status-line": r"printf 'HTTP/1.0 200 OK\r\nContent-type: text/plain\r\n\r\nOK\n'",
    "wrong-length": r"printf 'Content-type: text/plain\r\nContent-Length: 4\r\n\r\nOK\n'",
    "chatty": "printf 'Content-type: text/plain\\n\\n'; head -c 300000 /dev/zero",
    "large": "printf 'Content-type: text/plain\\n\\n'; head -c 200000 /dev/zero",
    "status": r"printf 'Status: 503 Not Now\r\nContent-type: text/plain\r\n\r\nlater\n'",
}


class Server:
    def __init__(self, folder, build, body_limit="64M", listen="127.0.0.1:0", more=""):
        """`more`: further lines of [server]."""
        self.folder = Path(folder)
        self.child = None
        self.program = build / "src" / "ispupd" / "ispupd"
        self.is_filtered = b"__asan_init" not in self.program.read_bytes()
        more += "" if self.is_filtered else UNFILTERED
        self.configuration = self.folder / "ispup.conf"
        self.listeners = 2 if "listen-https" in more and "plain = off" not in more else 1
        self.configuration.write_text(CONFIGURATION.format(body_limit=body_limit, listen=listen,
                                                           more=more))
        (self.folder / "programs").mkdir()
        (self.folder / "pages").mkdir()
        os.mkfifo(self.folder / "go")
        for name, text in PROGRAMS.items():
            self.add_program(name, text)

    def add_program(self, name, text, interpreter="/bin/sh"):
        path = self.folder / "programs" / name
        path.write_text(f"#!{interpreter}\nD='{self.folder}'\n{text}\n")
        path.chmod(0o755)

    def hand_to_nobody(self):
        """The program and its folder, so that a user without rights can start it there."""
        for path in (self.folder, *self.folder.parents):
            if path.stat().st_mode & 0o5 != 0o5:
                path.chmod(path.stat().st_mode | 0o55)
        self.program = shutil.copy(self.program, self.folder / "ispupd")

    def __enter__(self):
        return self if self.child else self.start()

    def start(self, *arguments, through=(), kernel=None):
        """`through`: a command that runs the command after it. `kernel`: makes it an older
        kernel."""
        self.log_path = self.folder / "log"
        with open(self.log_path, "wb") as log:
            self.child = subprocess.Popen(
                [*through, self.program, "-c", self.configuration, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(),
                preexec_fn=kernel, start_new_session=True)
        wait_until(self.is_ready)
        found = dict(re.findall(r"^ispupd: listening on (https?)(://.*/)$", self.log(), re.M))
        assert found, self.log()
        self.url = "http" + found["http"] if "http" in found else "https" + found["https"]
        host, _, port = self.url.split("/")[2].rpartition(":")
        self.host, self.port = host.strip("[]"), int(port)
        if "https" in found:
            self.https_url = "https" + found["https"]
            self.https_port = int(self.https_url.split(":")[-1].strip("/"))
        return self

    def environment(self):
        """The leak sanitizer traces its own process, which is not allowed here."""
        leaks = {} if self.is_filtered else {"ASAN_OPTIONS": "detect_leaks=0"}
        return {**os.environ, **leaks}

    def is_ready(self):
        told = self.log().count("listening on")
        return told == self.listeners or self.child.poll() is not None

    def __exit__(self, *_):
        try:
            if self.child.poll() is None:
                self.try_release()
                assert self.stop() == 0
        finally:
            self.kill()
        assert "Sanitizer" not in self.log(), self.log()

    def kill(self):
        """Kills all processes that it started, even if it has ended itself."""
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(SECONDS)

    def try_release(self, line="go on"):
        """Lets a program go on that waits at the FIFO; False if none waits."""
        try:
            fd = os.open(self.folder / "go", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return False
        os.write(fd, line.encode() + b"\n")
        os.close(fd)
        return True

    def release(self, line="go on"):
        """Lets a program go on that waits at the FIFO, or is about to."""
        wait_until(lambda: self.try_release(line), "anybody at the FIFO")

    def log(self):
        return said(self.log_path.read_text())

    def connect(self):
        connection = socket.create_connection((self.host, self.port), SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def connect_https(self):
        """The connected socket, before the TLS handshake."""
        connection = socket.create_connection(("127.0.0.1", self.https_port), SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def exchange(self, request):
        """Sends everything, then reads to the end. A reset is a failure: a client that reads after
        it has sent everything would have lost the reply."""
        with self.connect() as connection:
            connection.sendall(request)
            raw = b""
            while piece := connection.recv(65536):
                raw += piece
            return raw

    def get(self, target, *fields, method="GET"):
        return self.exchange(request(method, target, *fields))

    def post(self, name, body, *fields):
        return self.exchange(
            request("POST", f"/cgi-bin/{name}", *fields, f"Content-Length: {len(body)}") + body)

    def read(self, name):
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    @property
    def serving(self):
        """The process that serves HTTP: the first child of the started process."""
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text()
        return int(children.split()[0])

    def descriptors(self, number=None):
        """The kinds of the open descriptors of the process that serves HTTP, or of another
        process."""
        held = descriptors(number or self.serving).values()
        return sorted(target.split(":")[0] for target in held)

    def all_children(self):
        """The programs, dead or alive, that have not been reaped."""
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text()
        return [number for number in children.split() if int(number) != self.serving]


def said(text):
    """The output of `ispupd` without that of sanitizers."""
    return UNFILTERED_LINE.sub("", text)


def request(method, target, *fields, version="HTTP/1.1", host="Host: camera"):
    lines = [f"{method} {target} {version}", *([host] if host else []), *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def read_all(connection):
    raw = b""
    try:
        while piece := connection.recv(65536):
            raw += piece
    except ConnectionResetError:
        pass
    return raw


def status(raw):
    return int(raw.split(b" ")[1]) if raw.startswith(b"HTTP/1.") else None


def head(raw):
    return raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")


def body(raw):
    return raw.partition(b"\r\n\r\n")[2]


def wait_until(is_so, what="it"):
    """Waits for an event that must come; a minute without it is a failure, not a measurement."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.005)
