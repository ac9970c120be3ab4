# SPDX-License-Identifier: Apache-2.0
"""The packages installed, upgraded, removed and purged."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from packaged import NAMES, apt, purge, run

OLDER = "0.0.1"
UNITS = {"ispup-camera": ["ispup-recover", "ispup-trial"], "ispup-gateway": ["ispup-gateway"],
         "ispupd": ["ispupd"]}
CONFIGURATIONS = {"ispup-gateway": "/etc/ispup/gateway.conf"}  # of others: /etc/ispup.conf
USER = "ispup-gateway"
# apt's and dpkg's own, and what any package changes there.
CHANGING = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/proc", "/sys", "/dev",
            "/run", "/tmp", "/root", "/etc/ld.so.cache")


def everything():
    """All files of the system, without those that apt, dpkg and these tests change."""
    found = set()
    for place, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if not f"{place}/{name}".replace("//", "/").startswith(CHANGING)]
        found |= {f"{place}/{name}".replace("//", "/") for name in (*folders, *names)}
    return {name for name in found if not name.startswith(CHANGING)}


def older(deb, folder):
    """The package with an older version, as an earlier release would have it."""
    tree = folder / deb.stem
    run("dpkg-deb", "-R", deb, tree)
    control = tree / "DEBIAN" / "control"
    text = control.read_text()
    version = re.escape(re.search(r"Version: (.*)", text)[1])
    text = re.sub(r"(?m)^Version: .*", f"Version: {OLDER}", text)
    control.write_text(re.sub(rf"\((>?=) {version}\)", rf"(\1 {OLDER})", text))
    run("dpkg-deb", "-b", tree, folder / f"{deb.name}.older.deb")
    return folder / f"{deb.name}.older.deb"


def accounts():
    """All but the gateway's: Debian keeps the user of a package that is purged."""
    return [line for name in ("/etc/passwd", "/etc/group")
            for line in Path(name).read_text().splitlines() if not line.startswith(f"{USER}:")]


def states():
    """systemctl's word for each unit, and whether a link anywhere starts it."""
    links = [path for place in ("/etc/systemd", "/usr/lib/systemd", "/lib/systemd")
             for path in Path(place).rglob("*.wants/ispup*")]
    return {unit: run("sh", "-c", f"systemctl --root=/ is-enabled {unit}.service || true").strip()
            for units in UNITS.values() for unit in units}, links


@pytest.fixture
def before():
    purge()
    noted = everything(), accounts()
    yield noted
    purge()


def test_installed_upgraded_removed_and_purged(debs, before, tmp_path):
    files, people = before
    apt("install", *(older(path, tmp_path) for path in debs.values()))
    apt("install", *debs.values())
    assert run("dpkg-query", "-W", "-f", "${Version} ", *NAMES).split().count(OLDER) == 0
    enabled, links = states()
    assert set(enabled.values()) == {"disabled"} and links == []
    assert accounts() == people
    assert run("getent", "passwd", USER).split(":")[5:] == ["/var/lib/ispup-gateway",
                                                            "/usr/sbin/nologin\n"]
    assert not [path for path in everything() - files if path.startswith("/etc/")]
    Path("/etc/ispup.conf").write_text("# the operator's\n")
    try:
        apt("remove", *NAMES)
        assert [path for path in everything() - files if "/systemd/" not in path] == ["/etc/ispup.conf"]
        purge()
        assert everything() - files == {"/etc/ispup.conf"}
    finally:
        Path("/etc/ispup.conf").unlink()
    assert everything() == files and accounts() == people


def test_what_an_operator_enabled_stays_enabled(debs, before, tmp_path):
    apt("install", *(older(path, tmp_path) for path in debs.values()))
    run("systemctl", "--root=/", "enable", "ispupd.service")
    apt("install", *debs.values())
    assert states()[0] == {"ispup-recover": "disabled", "ispup-trial": "disabled",
                           "ispup-gateway": "disabled", "ispupd": "enabled"}
    purge()
    assert states()[1] == []


def test_every_unit_waits_for_a_configuration(debs, before):
    apt("install", *debs.values())
    for package, units in UNITS.items():
        for unit in units:
            [place] = [line for line in run("dpkg", "-L", package).splitlines()
                       if line.endswith(f"/{unit}.service")]
            configuration = CONFIGURATIONS.get(package, "/etc/ispup.conf")
            assert f"\nConditionPathExists={configuration}\n" in Path(place).read_text()
            # It exits with 1 for units of others, too.
            said = subprocess.run(["systemd-analyze", "verify", place], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert [line for line in said.stdout.splitlines() if unit in line] == []


def test_simulate_names_the_packages_that_are_missing(debs, before):
    apt("install", debs["ispup"])
    done = subprocess.run(["ispup", "simulate"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    assert done.returncode == 1
    assert "install the packages ispupd and ispup-camera" in done.stderr
