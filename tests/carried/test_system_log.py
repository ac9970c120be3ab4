# SPDX-License-Identifier: Apache-2.0
"""A camera with a system log. libc keeps a connection to it, and must not mistake a file of the
installer for that connection: it would close the file, which may be the flash that is written."""

import subprocess
import sys

import pytest
from camera_fixture import SECONDS
from durability import needs_strace
from exchange import environment_of
from namespace import may_mount
from upload import upload_request

# A /dev of its own, in which this program listens at the system log; then runs the command.
WITH_SYSTEM_LOG = """
import os, socket, subprocess, sys
def mount(*words):
    subprocess.run(["mount", *words], check=True)
mount("-t", "tmpfs", "none", sys.argv[1])
for name in ("null", "urandom", "zero"):
    open(f"{sys.argv[1]}/{name}", "w").close()
    mount("--bind", f"/dev/{name}", f"{sys.argv[1]}/{name}")
if os.path.isdir("/dev/shm"):  # the camera may lie there
    os.mkdir(f"{sys.argv[1]}/shm")
    mount("--bind", "/dev/shm", f"{sys.argv[1]}/shm")
mount("--rbind", sys.argv[1], "/dev")
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
done = subprocess.run(sys.argv[2:], stdin=0)
sys.exit(done.returncode)
"""


@needs_strace
@pytest.mark.skipif(not may_mount(), reason="file systems cannot be mounted here")
def test_the_connection_to_the_system_log_takes_no_file_of_the_installer(cameras, workshop,
                                                                         tmp_path):
    camera = cameras()
    for number in range(2):  # a lost journal is logged by the installer
        (camera.folder / f"work/journal.{number}").write_bytes(b"torn")
    head, _, body = upload_request(workshop.image("V1.01.00"), "V1.01.00").partition(b"\r\n\r\n")
    environment = environment_of(head, len(body), camera.configuration)
    (tmp_path / "dev").mkdir()
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", WITH_SYSTEM_LOG, tmp_path / "dev",
         "strace", "-f", "-o", tmp_path / "trace", "-e", "trace=sendto,connect",
         camera.build / "src/cgi-bin/update"],
        input=body, stdout=subprocess.PIPE, env=environment, timeout=SECONDS, check=False)
    camera.settle()
    assert done.stdout.endswith(b"OK\n"), done.stdout
    trace = (tmp_path / "trace").read_text()
    assert trace.count('"/dev/log"') >= 2, "neither the front nor the installer logged"
    assert "ENOTSOCK" not in trace and "EBADF" not in trace
