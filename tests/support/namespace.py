# SPDX-License-Identifier: Apache-2.0
"""What mounts this machine allows: some containers allow none, nor does a chroot whose `/` is no
mount point."""

import os
import subprocess


def works(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def may_mount():
    """Whether root may make mounts of its own."""
    return works("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")


def may_simulate_mounts():
    """Whether `ispup simulate` may make a fault that is a mount."""
    return works("unshare", "--mount", "true") or (
        os.geteuid() != 0 and works("unshare", "--user", "--mount", "true"))
