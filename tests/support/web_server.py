# SPDX-License-Identifier: Apache-2.0
"""Other web servers that run `update` and `system`. Each uses the real file of
examples/web-servers/, and is started with the commands in that file's comments; only paths and
ports are replaced. If the tests run as root, so does the server, which changes to its user by
itself or as its sample says."""

import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from exchange import Reply, free_port

SECONDS = 60  # what takes this long hangs
ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES, WEB = ROOT / "examples" / "web-servers", ROOT / "web"
PREPARE = {"install", "ln", "rm"}  # commands that end; every other one is a server
# What only root can do, and who is not root does without: giving to the server's user.
FOR_ROOT = re.compile(r"setpriv --reuid=\S+ --regid=\S+ --init-groups |-[og] www-data |-u www-data ")


def substituted(text, pairs):
    """Each text to replace must occur, so that a changed sample is noticed."""
    for old, new in pairs:
        assert old in text, f"the sample has no {old!r}"
        text = text.replace(old, str(new))
    return text


class WebServer:
    """`site` is the server's own folder; `camera` is the camera that it serves; `programs` is the
    folder of `update` and `system`; `names_configuration`: they are not set-user-ID, and need its
    path."""

    name = sample = binary = None
    logs = True  # writes an access log

    def __init__(self, site, programs, camera, owner, enter=(), names_configuration=True):
        self.site, self.programs, self.camera, self.owner = site, programs, camera, owner
        self.enter, self.names_configuration = list(enter), names_configuration
        self.port = free_port()
        self.www = site / "www"  # the operator's page, where the server's user can read it
        self.pages, self.log, self.output = site / "pages", site / "log", site / "output"
        self.configuration = site / (self.sample or "conf")
        self.children = []
        self.changes = []  # further replacements that a test makes in the sample

    @classmethod
    def missing(cls):
        """Programs that are missing on this machine."""
        return [name for name in cls.binary if shutil.which(name, path=SEARCH) is None]

    def pairs(self):
        """The replacements in the sample."""
        raise NotImplementedError

    def commands(self):
        """The commands that start it, from the sample: its indented lines, in their order."""
        lines = re.findall(r"(?m)^# {5}(\S.*)$", self.configuration.read_text())
        if os.geteuid() != 0:
            lines = [FOR_ROOT.sub("", line) for line in lines]
        assert lines, f"{self.sample} does not say how to start it"
        return [shlex.split(line) for line in lines]

    def wait_after(self, command):
        """Waits until the next command may run."""

    def prepare(self):
        (self.site / "tmp").mkdir(parents=True)
        shutil.copytree(WEB, self.www)
        self.owner.take(self.site / "tmp")
        text = (SAMPLES / self.sample).read_text()
        pairs = [(f"/path/of/{self.sample}", self.configuration), *self.pairs(), *self.changes]
        self.configuration.write_text(substituted(text, pairs))

    def __enter__(self):
        self.prepare()
        try:
            self.start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start_all(self):
        for command in self.commands():
            if command[0] in PREPARE:
                subprocess.run([*self.enter, *command], check=True, env=self.environment(),
                               stdin=subprocess.DEVNULL)
            else:
                self.start(command)
                self.wait_after(command)
        self.wait_for(socket.AF_INET, ("127.0.0.1", self.port))

    def start(self, command):
        with open(self.output, "ab") as output:
            self.children.append(subprocess.Popen(
                [*self.enter, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, cwd="/", env=self.environment()))

    def environment(self):
        return {"PATH": SEARCH}

    def wait_for(self, family, address):
        """Waits until a server listens there."""
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                with socket.socket(family) as probe:
                    probe.connect(address)
                return
            except OSError:
                dead = [child for child in self.children if child.poll() is not None]
                assert not dead and time.monotonic() < deadline, self.said()
                time.sleep(0.005)

    def stop(self):
        """Ends all processes of its session: some servers leave helpers."""
        for child in self.children:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(child.pid, number)
                    child.wait(5)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass

    def said(self):
        """Everything in its logs, and its output."""
        logs = sorted(self.log.iterdir()) if self.log.exists() else []
        return b"".join(path.read_bytes() for path in [self.output, *logs] if path.exists())

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), SECONDS)

    def exchange(self, request, is_truncated=False):
        with self.connect() as connection:
            try:
                connection.sendall(request)
                if is_truncated:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it answered without reading everything
            return reply_from(connection)


def reply_from(connection):
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
        body = response.read()
    except (ConnectionResetError, http.client.HTTPException):
        return Reply(0, [], b"", b"")
    return Reply(response.status, response.getheaders(), body, body)


SEARCH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Busybox(WebServer):
    """Its programs run as root, because nothing in the sample says otherwise."""
    name, sample, binary = "busybox-root", "busybox-httpd.conf", ["busybox"]
    logs = False

    def pairs(self):
        return [("/var/www/html", self.pages), ("/usr/lib/cgi-bin", self.programs),
                ("/usr/share/ispup/www", self.www), ("-f -p 80 ", f"-f -vv -p 127.0.0.1:{self.port} ")]

    def environment(self):
        more = ({"ISPUP_CONFIG": str(self.camera.configuration)} if self.names_configuration
                else {})
        return super().environment() | more


class BusyboxOfUser(Busybox):
    name = "busybox"

    def pairs(self):
        return super().pairs() + [("-f -vv ", "-f -vv -u www-data ")]


class Lighttpd(WebServer):
    name, sample, binary = "lighttpd", "lighttpd.conf", ["lighttpd"]

    def pairs(self):
        named = [("#setenv.add-environment = ( \"ISPUP_CONFIG\" => \"/etc/ispup.conf\" )",
                  "setenv.add-environment = ( \"ISPUP_CONFIG\" => "
                  f"\"{self.camera.configuration}\" )")]
        return [("\"0.0.0.0\"", "\"127.0.0.1\""), ("server.port = 80", f"server.port = {self.port}"),
                ("/usr/lib/cgi-bin", self.programs), ("/usr/share/ispup/www", self.www),
                ("/var/log/lighttpd", self.log), ("\"/var/tmp\"", f"\"{self.site}/tmp\""),
                *(named if self.names_configuration else [])]


class LighttpdSpooling(Lighttpd):
    name = "lighttpd-spooling"

    def pairs(self):
        return super().pairs() + [("server.stream-request-body = 2",
                                   "server.stream-request-body = 0")]


class Apache(WebServer):
    name, sample, binary = "apache", "apache2.conf", ["apache2"]

    def pairs(self):
        named = [("#SetEnv ISPUP_CONFIG \"/etc/ispup.conf\"",
                  f"SetEnv ISPUP_CONFIG \"{self.camera.configuration}\"")]
        return [("0.0.0.0:80", f"127.0.0.1:{self.port}"), ("/usr/lib/cgi-bin", self.programs),
                ("/usr/share/ispup/www", self.www), ("/var/log/apache2", self.log),
                ("/run/apache2.pid", self.site / "tmp" / "pid"), ("/etc/apache2", self.site),
                *(named if self.names_configuration else [])]


class ApacheCgid(Apache):
    """As Debian configures it by default."""
    name = "apache-cgid"

    def pairs(self):
        return super().pairs() + [
            ("mpm_prefork", "mpm_event"), ("cgi_module", "cgid_module"), ("mod_cgi.so", "mod_cgid.so"),
            ("ServerName camera", f"ServerName camera\nScriptSock {self.site}/tmp/socket")]


class Nginx(WebServer):
    name, sample, binary = "nginx", "nginx.conf", ["nginx", "fcgiwrap"]

    def pairs(self):
        named = [("#fastcgi_param ISPUP_CONFIG /etc/ispup.conf",
                  f"fastcgi_param ISPUP_CONFIG {self.camera.configuration}")]
        return [("0.0.0.0:80", f"127.0.0.1:{self.port}"), ("/usr/lib/cgi-bin", self.programs),
                ("/usr/share/ispup/www", self.www), ("/var/log/nginx", self.log),
                ("/run/nginx.pid", self.site / "tmp" / "pid"),
                ("/run/fcgiwrap", self.site / "fcgiwrap"),
                ("/var/lib/nginx", self.site / "tmp"),
                *(named if self.names_configuration else [])]

    def wait_after(self, command):
        if "fcgiwrap" in command:
            self.wait_for(socket.AF_UNIX, f"{self.site}/fcgiwrap/socket")


class NginxSpooling(Nginx):
    name = "nginx-spooling"

    def pairs(self):
        return super().pairs() + [("fastcgi_request_buffering off", "fastcgi_request_buffering on")]


WEB_SERVERS = [Busybox, BusyboxOfUser, Lighttpd, LighttpdSpooling, Apache, ApacheCgid, Nginx, NginxSpooling]
