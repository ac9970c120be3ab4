# SPDX-License-Identifier: Apache-2.0
"""tools/bare-suite, which `make check-suites` runs for each suite: with a debootstrap that makes a
system of busybox."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

CANNOT = 77
SECONDS = 60
DEBOOTSTRAP = """\
#!/bin/sh
# debootstrap --variant=... --include=... SUITE FOLDER ARCHIVE
set -e
echo "$*" >>'{folder}/calls'
for place in bin proc sys dev run tmp root etc/apt/apt.conf.d var/cache/apt/archives; do
    mkdir -p "$4/$place"
done
for name in busybox sh env sleep cat ls grep; do
    cp /bin/busybox "$4/bin/$name"
done
cp '{folder}/make' "$4/bin/make"
"""


class Bare:
    def __init__(self, folder, root):
        self.folder, self.program = folder, root / "tools" / "bare-suite"
        self.place = folder / "suites" / "some"
        self.environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        (folder / "bin").mkdir()
        self.set_debootstrap(DEBOOTSTRAP.format(folder=folder))

    def set_debootstrap(self, text):
        self.write(self.folder / "bin" / "debootstrap", text)

    def write(self, path, text):
        path.write_text(text)
        path.chmod(0o755)

    def start(self, make):
        """`make`: a shell script that stands for make in the suite."""
        for place in (self.folder / "make", self.place / "base" / "bin" / "make"):
            if place.parent.exists():
                self.write(place, f"#!/bin/sh\n{make}\n")
        return subprocess.Popen([self.program, "some", "door", self.place], text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, env=self.environment)

    def run(self, make):
        with self.start(make) as child:
            said, _ = child.communicate(timeout=SECONDS)
        return child.returncode, said

    def processes(self):
        """The processes in the suite's system. Its path is another one in its mount namespace, if
        this test runs in a chroot."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "root").samefile(self.place / "root"):
                    found.append(entry.name)
            except OSError:
                pass
        return found

    def mounts(self):
        return [line for line in Path("/proc/self/mountinfo").read_text().splitlines()
                if str(self.folder) in line]


@pytest.fixture(scope="module")
def reason(tmp_path_factory, root):
    """Why this cannot be done here; empty if it can."""
    if not Path("/bin/busybox").exists():
        return "no busybox here"
    status, said = Bare(tmp_path_factory.mktemp("first"), root).run("exit 0")
    assert status in (0, CANNOT), said
    return said.splitlines()[-1] if status == CANNOT else ""


@pytest.fixture
def bare(tmp_path, root, reason):
    if reason:
        pytest.skip(reason)
    return Bare(tmp_path, root)


def test_a_door_runs_in_the_suite_and_its_tests_count(bare):
    status, said = bare.run("""
echo "$@"; ls /srv/ispup; ls /proc/self; cat /proc/mounts; echo "$HOME $LANG"
echo 3 0 1 >"$ISPUP_TALLY" """)
    assert status == 0, said
    assert said.startswith("some: debootstrap\n-C /srv/ispup door\n") and "README.md" in said
    assert {"/", "/proc", "/dev/pts", "/dev/shm", "/run"} <= {
        line.split()[1] for line in said.splitlines() if line.count(" ") == 5}
    assert said.endswith("/root \n")
    assert (bare.place / "tally").read_text() == "3 0 1\n"
    assert bare.processes() == [] and bare.mounts() == []


def test_the_system_is_fetched_once_and_is_bare_each_time(bare):
    assert bare.run("echo >/left; exit 3")[0] == 3
    assert bare.run("test ! -e /left")[0] == 0
    call, = (bare.folder / "calls").read_text().splitlines()
    assert call.split()[2:4] == ["some", str(bare.place / "base")]


def test_the_archive_is_that_of_the_machines_apt(bare):
    bare.write(bare.folder / "bin" / "apt-get", """\
#!/bin/sh
echo 'Other Debian http://other/'
echo 'Debian Debian-Security http://security/'
echo 'Debian Debian http://mine/debian/'
echo 'Debian Debian http://mine/more/'
""")
    assert bare.run("exit 0")[0] == 0
    assert (bare.folder / "calls").read_text().splitlines()[-1].endswith(" http://mine/debian/")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_after_a_signal(bare, signum):
    with bare.start("sleep 1000 & echo runs; sleep 1000") as child:
        said = [child.stdout.readline() for _ in range(2)]
        there = bare.processes()
        child.send_signal(signum)
        child.wait(SECONDS)
        assert said == ["some: debootstrap\n", "runs\n"] and there
        deadline = time.monotonic() + SECONDS
        while bare.processes():
            assert time.monotonic() < deadline, "processes are left"
            time.sleep(0.01)
    assert bare.mounts() == []


def test_the_reason_is_said_if_debootstrap_fails(bare):
    bare.set_debootstrap("#!/bin/sh\necho 'E: no such suite'\nexit 1\n")
    assert bare.run("exit 0") == (CANNOT, "some: debootstrap\nsome: debootstrap: E: no such suite\n")


def test_the_reason_is_said_to_another_user_than_root(bare):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "-s",
               "some", "door", str(bare.place)]
    ran = subprocess.run(command, input=bare.program.read_text(), capture_output=True, text=True,
                         cwd="/")
    assert (ran.returncode, ran.stdout) == (CANNOT,
                                            "some: debootstrap and namespaces need root\n")
