# SPDX-License-Identifier: Apache-2.0
"""Whether root may have mounts of its own: not so in every container."""

import subprocess


def may_mount():
    return subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
                          stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
