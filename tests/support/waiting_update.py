# SPDX-License-Identifier: Apache-2.0
"""An upload whose body does not arrive: the three processes of `update` wait, and a test can look
at them."""

import os
import resource
import subprocess
from contextlib import contextmanager

from camera_fixture import SECONDS
from exchange import environment_of
from gate import until
from process_table import children
from upload import upload_request

NOBODY = 65534
OTHER_GROUPS = [4321, 4322]  # no machine has these groups


def in_other_groups():
    """For `kernel`, or as `preexec_fn`: only a process with groups can be seen to drop them."""
    if os.geteuid() == 0:
        os.setgroups(OTHER_GROUPS)


def become(user, folder, kernel):
    kernel()
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    os.chdir(folder)
    if user != 0:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def facts(number):
    """The fields of /proc/NUMBER/status."""
    with open(f"/proc/{number}/status", encoding="ascii") as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status)


def limits(number):
    """Soft and hard limits, by name."""
    with open(f"/proc/{number}/limits", encoding="ascii") as lines:
        return {line[:25].strip(): line[25:66].split() for line in lines}


@contextmanager
def waiting_update(camera, user=0, kernel=lambda: None):
    """The front, and the numbers of the worker and the installer, once all three wait. `kernel`
    makes it an older kernel."""
    head = upload_request(b"", "V1.01.00").partition(b"\r\n\r\n")[0]
    front = subprocess.Popen([camera.build / "src/cgi-bin/update"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             preexec_fn=lambda: become(user, camera.folder, kernel),
                             env=environment_of(head, 100000, camera.configuration))
    found = {}  # the worker is the process that applies a filter to itself

    def filters(number):
        return int(facts(number)["Seccomp_filters"])

    def all_wait():
        for child in children(front.pid):
            found[filters(child.number) > filters(front.pid)] = child.number
        return set(found) == {True, False}

    try:
        until(all_wait, lambda: f"no worker and installer: {found}, {front.poll()}")
        yield front, found[True], found[False]
    finally:
        front.stdin.close()
        front.wait(SECONDS)
        camera.settle()
