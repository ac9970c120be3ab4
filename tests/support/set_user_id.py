# SPDX-License-Identifier: Apache-2.0
"""`make install CGI_GROUP=...` on a file system that accepts the set-user-ID bit, and a private
/etc for one process, in which a test can put the default configuration. The machine's /etc does
not change."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# $1 is a folder for the machine's own /etc, $2 a configuration that becomes /etc/ispup.conf, $3
# the mode of that folder.
ENTER = """
set -eu
kept=$1 configuration=$2 mode=$3
shift 3
mount --bind /etc "$kept"
mount -t tmpfs -o "mode=$mode" none /etc
for entry in "$kept"/*; do ln -s "$entry" /etc/; done
[ -z "$configuration" ] || cp -P --preserve=all "$configuration" /etc/ispup.conf
exec "$@"
"""

# Everything that a hostile user can prepare before he runs a program; passed as JSON.
HOSTILE = """
import json, os, resource, signal, sys
told = json.loads(sys.argv[1])
for name, value in told.get("limits", {}).items():
    which = getattr(resource, "RLIMIT_" + name)
    resource.setrlimit(which, (value, resource.getrlimit(which)[1]))
os.umask(told.get("umask", 0o022))
os.chdir(told.get("folder", "/"))
for number in told.get("ignored", []):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, told.get("blocked", []))
for fd in told.get("closed", []):
    os.close(fd)
os.execve(sys.argv[2], sys.argv[2:], told["environment"])
"""


def obstacle(folder):
    """Why set-user-ID programs cannot be tested here; None if they can."""
    if os.geteuid() != 0:
        return "only root can install them"
    if "NoNewPrivs:\t1" in Path("/proc/self/status").read_text():
        return "no_new_privs is set"
    if os.statvfs(folder).f_flag & os.ST_NOSUID:
        return f"{folder} is mounted nosuid (TMPDIR names another folder)"
    probe = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
                           stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if probe.returncode != 0:
        return f"no mount namespace: {probe.stderr.strip()}"
    return None


def absolute(folder):
    """Replacements that make the fixture's configuration independent of its folder."""
    return [("= accounts", f"= {folder}/accounts"), ("= work", f"= {folder}/work"),
            ("= ram/", f"= {folder}/ram/"), ("= saved/", f"= {folder}/saved/"),
            ("file:flash/", f"file:{folder}/flash/")]


class Installation:
    """`update` and `system`, mode 4750, of the group of the web server's user."""

    def __init__(self, root, folder, owner):
        self.folder, self.owner = folder, owner
        self.programs = folder / "usr" / "lib" / "cgi-bin"
        subprocess.run(["make", "-s", "install", f"PREFIX={folder}/usr",
                        f"CGI_GROUP={owner.name}"], cwd=root, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, check=True)

    def enter(self, configuration, mode="755"):
        """The words before a command that put `configuration` (or none) at the default path."""
        kept = tempfile.mkdtemp(prefix="etc-", dir=self.folder)
        return ["unshare", "--mount", "sh", "-c", ENTER, "sh", kept, str(configuration or ""), mode]

    def run(self, enter, program, environment, body=b"", user=None, **hostile):
        """Runs a program as the user of the web server, after the preparations in `hostile`."""
        uid, gid = user or (self.owner.uid, self.owner.gid)
        told = json.dumps({"environment": environment, **hostile})
        return subprocess.run(
            [*enter, "setpriv", f"--reuid={uid}", f"--regid={gid}",
             "--clear-groups", sys.executable, "-I", "-S", "-c", HOSTILE, told, str(self.programs / program)],
            input=body, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
