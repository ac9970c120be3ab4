# SPDX-License-Identifier: Apache-2.0
"""What `make deb` builds."""

import re
import subprocess

from packaged import NAMES, run


def names_in(deb):
    return [line.split()[-1] for line in run("dpkg-deb", "-c", deb).splitlines()]


def test_the_unit_tests_pass_in_the_release_archive(built):
    log = built.files["log"].read_text()
    passed = re.search(r"(?m)^Ok: +(\d+)", log)
    assert passed and int(passed[1]) > 50
    assert re.search(r"(?m)^Fail: +0 *$", log)


def test_two_builds_in_two_folders_are_the_same_bytes(built, deb):
    again = deb("longer-name-of-a-folder", "nocheck parallel=1")
    made = {name for name in built.files if name.endswith((".deb", ".tar.xz", ".dsc"))}
    # Each with the symbols of its programs, of which the gateway's package has none.
    assert len([name for name in made if name.endswith(".deb")]) == 2 * len(NAMES) - 1
    different = [name for name in sorted(made)
                 if built.files[name].read_bytes() != again.files[name].read_bytes()]
    assert different == []


def test_lintian_finds_no_error_and_no_warning(built):
    [changes] = built.folder.glob("*.changes")
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", changes],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_nothing_goes_to_etc_and_every_program_to_its_package(debs):
    places = {name: set(names_in(path)) for name, path in debs.items()}
    assert [place for inside in places.values() for place in inside if "/etc/" in place] == []
    assert "./usr/bin/ispup" in places["ispup"]
    assert {"./usr/lib/ispup/cgi-bin/update", "./usr/lib/ispup/cgi-bin/system",
            "./usr/sbin/ispup-camera"} <= places["ispup-camera"]
    assert "./usr/sbin/ispupd" in places["ispupd"]


def test_the_packages_have_the_version_of_the_project(root, debs):
    version = re.search(r"version : '(.*)'", (root / "meson.build").read_text())[1]
    assert {run("dpkg-deb", "-f", path, "Version").strip() for path in debs.values()} == {version}


def test_each_program_is_hardened(built):
    """Debian's own flags reach the compiler."""
    compiled = [line for line in built.files["log"].read_text().splitlines() if " -c ../src/" in line]
    assert compiled
    assert [line for line in compiled
            if "-fstack-protector-strong" not in line or "-ffile-prefix-map" not in line] == []
