# SPDX-License-Identifier: Apache-2.0
"""A real hawkBit on 127.0.0.1, with its database in memory.

The jar comes from Maven Central by its coordinates: the whole server, or else a server of its
libraries (pom.xml). HAWKBIT_JAR=FILE takes another one, for example a newer release. What was tried,
and what was answered, is in build-hawkbit/tried.txt."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "build-hawkbit"
WHOLE = "org.eclipse.hawkbit:hawkbit-update-server:1.0.4"
LIBRARIES = "0.3.0M7"
JVMS = Path("/usr/lib/jvm")
FETCH_SECONDS, START_SECONDS = 900, 600  # what takes this long hangs
LIBRARY_JAVA = 8  # the classes of the libraries
# A newer Java closes its own packages to the libraries' generated classes.
OPENED = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("java.lang", "java.util")]


class Missing(Exception):
    """No hawkBit can be had here; the text says what was tried."""


class HawkBit:
    def __init__(self, version, command):
        self.version, self.command = version, command
        self.process = None

    def start(self, folder, *options):
        """Begins on a port of its own. `folder` is for artifacts and the log."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{port}", folder / "hawkbit.log"
        with self.log.open("w") as log:
            # A test run that is killed must not leave the server running.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self.command, "--server.address=127.0.0.1",
                 f"--server.port={port}", *settings(folder), *options], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, cwd=folder)
        begun = time.monotonic()
        while not self.is_ready(port):
            said = self.log.read_text(errors="replace")
            assert self.process.poll() is None, said[-4000:]
            assert time.monotonic() - begun < START_SECONDS, said[-4000:]
            time.sleep(0.5)
        return self

    def is_ready(self, port):
        if "Started " not in self.log.read_text(errors="replace"):
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return True
        return False

    def memory(self):
        """MiB at most since the start, and the processor's seconds."""
        place = Path(f"/proc/{self.process.pid}")
        peak = int(re.search(r"VmHWM:\s*(\d+)", (place / "status").read_text())[1]) // 1024
        numbers = (place / "stat").read_text().rpartition(")")[2].split()
        return peak, (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(60)


def settings(folder):
    """All that differs from a fresh installation."""
    return [
        "--spring.datasource.url=jdbc:h2:mem:hawkbit;DB_CLOSE_ON_EXIT=FALSE;MODE=MYSQL",
        f"--org.eclipse.hawkbit.repository.file.path={folder / 'artifacts'}",
        f"--org.eclipse.hawkbit.artifact.repo.fs.path={folder / 'artifacts'}",
        "--spring.main.allow-bean-definition-overriding=true",
        # the account of the management API, for old and new versions
        "--spring.security.user.name=admin", "--spring.security.user.password={noop}admin",
        "--hawkbit.server.ddi.security.authentication.anonymous.enabled=false",
        "--hawkbit.dmf.rabbitmq.enabled=false", "--hawkbit.dmf.enabled=false",
        # a rollout goes on after a second, not after ten or a minute
        "--hawkbit.rollout.scheduler.fixedDelay=1000",
        "--hawkbit.rollout.executor.thread-pool.size=1",
        # the least time between two polls that an operator may set
        "--hawkbit.controller.minPollingTime=00:00:01"]


def find():
    """The hawkBit of this machine, fetched if need be; raises Missing."""
    FOLDER.mkdir(exist_ok=True)
    given = os.environ.get("HAWKBIT_JAR")
    if given:
        return whole(Path(given))
    tried = []
    for fetch in (fetch_whole, fetch_libraries):
        try:
            return fetch()
        except Missing as missing:
            tried.append(str(missing))
            (FOLDER / "tried.txt").write_text("\n\n".join(tried) + "\n")
    raise Missing("\n".join(tried))


def fetch_whole():
    _, name, version = WHOLE.split(":")
    jar, answer = FOLDER / f"{name}-{version}.jar", FOLDER / "whole-answer.txt"
    if not jar.exists():
        if answer.exists():  # it was asked for before; `make clean` asks again
            raise Missing(answer.read_text())
        try:
            maven("dependency:copy", f"-Dartifact={WHOLE}", f"-DoutputDirectory={FOLDER}")
        except Missing as missing:
            answer.write_text(f"{WHOLE}: {missing}")
            raise Missing(answer.read_text()) from None
    return whole(jar)


def whole(jar):
    needed = class_version(jar)
    version = re.search(r"-(\d[^-]*)\.jar$", jar.name)
    return HawkBit(version[1] if version else jar.name, [java(needed), "-Xmx512m", "-XX:TieredStopAtLevel=1", "-jar", str(jar)])


def fetch_libraries():
    libraries, classes = FOLDER / "libraries", FOLDER / "classes"
    program = java(LIBRARY_JAVA)
    if not (classes / "ispup" / "Start.class").exists():
        shutil.rmtree(libraries, ignore_errors=True)
        maven("-f", HERE / "pom.xml", "dependency:copy-dependencies", "-DincludeScope=runtime",
              f"-DoutputDirectory={libraries}")
        compiled = subprocess.run(
            [Path(program).with_name("javac"), "--release", str(LIBRARY_JAVA), "-cp",
             f"{libraries}/*", "-d", classes, HERE / "src" / "Start.java"], capture_output=True,
            text=True, check=False)
        if compiled.returncode:
            raise Missing(f"javac: {compiled.stderr[:1000]}")
    return HawkBit(LIBRARIES, [
        program, "-Xmx512m", "-XX:TieredStopAtLevel=1", *OPENED, "-cp",
        f"{classes}:{libraries}/*", "ispup.Start"])


def maven(*words):
    try:
        said = subprocess.run(["mvn", "-B", "-ntp", *map(str, words)], capture_output=True, text=True,
                              timeout=FETCH_SECONDS, stdin=subprocess.DEVNULL, check=False, cwd=FOLDER)
    except FileNotFoundError:
        raise Missing("mvn is not there") from None
    if said.returncode:
        errors = [line for line in said.stdout.splitlines() if line.startswith("[ERROR] Failed")]
        raise Missing("maven: " + " ".join(re.sub(r" *\(?https?://[^ )]*\)?", "", line)
                                           for line in errors)[:1000])


def class_version(jar):
    """The Java that the jar's own classes need."""
    newest = 0
    with zipfile.ZipFile(jar) as archive:
        for name in archive.namelist():
            if name.endswith(".class") and "META-INF/versions" not in name:
                with archive.open(name) as entry:
                    newest = max(newest, int.from_bytes(entry.read(8)[6:8], "big") - 44)
    return newest


def java(needed):
    """The oldest Java of this machine that is new enough."""
    found = {}
    places = [shutil.which("java"), *sorted(JVMS.glob("*/bin/java"))]
    for place in filter(None, places):
        said = subprocess.run([place, "-version"], capture_output=True, text=True, check=False).stderr
        match = re.search(r'version "(?:1\.)?(\d+)', said)
        compiler = Path(os.path.realpath(place)).with_name("javac")
        if match and int(match[1]) >= needed and compiler.exists():
            found.setdefault(int(match[1]), os.path.realpath(place))
    if not found:
        raise Missing(f"its classes need Java {needed} or newer, and this machine has none")
    return found[min(found)]
