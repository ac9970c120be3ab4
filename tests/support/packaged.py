# SPDX-License-Identifier: Apache-2.0
"""The Debian packages, and commands that build and install them."""

import os
import subprocess

NAMES = ("ispup", "ispup-camera", "ispup-gateway", "ispupd")


def run(*command, **options):
    """The command's output; it must succeed."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-60:])
        raise AssertionError(f"{' '.join(map(str, command))}: status {done.returncode}\n{last}")
    return done.stdout


def purge():
    """Packages that are not installed are no mistake."""
    run("dpkg", "--purge", *NAMES)


def apt(*words):
    return run("apt-get", "-y", "-q", "--allow-downgrades", "--no-install-recommends", *words,
               env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
