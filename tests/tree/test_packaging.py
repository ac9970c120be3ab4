# SPDX-License-Identifier: Apache-2.0
"""debian/ and packaging/ agree with the sources: what a package build finds out late."""

import hashlib
import os
import re
import subprocess

import pytest

RECIPES = ["debian/rules", "packaging/buildroot/package/ispup/ispup.mk",
           "packaging/yocto/recipes-support/ispup/ispup_0.1.0.bb"]
SCRIPTS = ["S05ispup-recover", "S80ispupd", "S99ispup-trial"]


def text(root, name):
    return (root / name).read_text()


def version(root):
    return re.search(r"(?m)^  version : '(.*)'", text(root, "meson.build"))[1]


def test_every_package_has_the_version_of_the_project(root):
    assert re.match(r"ispup \((.*)\) ", text(root, "debian/changelog"))[1] == version(root)
    assert re.search(r"(?m)^ISPUP_VERSION = (.*)$", text(root, RECIPES[1]))[1] == version(root)
    assert [path.name for path in (root / "packaging/yocto").rglob("*.bb")] == [
        f"ispup_{version(root)}.bb"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_option_that_a_recipe_sets_is_one(root, recipe):
    known = set(re.findall(r"(?m)^option\('(\w+)'", text(root, "meson_options.txt"))) | {"strip"}
    named = set(re.findall(r"-D(\w+)=", text(root, recipe)))
    assert {"ispup", "ispupd", "man", "tests"} <= named <= known


def test_the_licence_of_the_recipe_is_the_file(root):
    named = re.search(r"LICENSE;md5=(\w+)", text(root, RECIPES[2]))[1]
    assert named == hashlib.md5((root / "LICENSE").read_bytes()).hexdigest()


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_unit_that_a_recipe_installs_is_a_sample(root, recipe):
    units = {path.stem for path in (root / "examples" / "boot").glob("*.service")}
    assert units == {"ispup-recover", "ispup-trial", "ispupd"}
    missing = [unit for unit in units if not re.search(rf"\b{unit}\b", text(root, recipe))]
    assert missing == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_init_script_does_nothing_without_a_configuration(root, name, tmp_path):
    """With the path of the configuration, and of the programs, in a folder of the test."""
    source = root / "packaging/buildroot/package/ispup" / name
    assert os.access(source, os.X_OK)
    script, told = tmp_path / name, tmp_path / "told"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$@" >>{told}\n')
    program.chmod(0o755)
    changed, count = re.subn(r"/usr/sbin/ispup-camera|/usr/share/\S+/ispupd-init.sh", str(program),
                             source.read_text())
    script.write_text(changed.replace("/etc/ispup.conf", str(tmp_path / "ispup.conf")))
    assert count == 1

    def started():
        done = subprocess.run(["sh", script, "start"], stdin=subprocess.DEVNULL)
        assert done.returncode == 0
        return told.read_text().split() if told.exists() else []

    assert started() == []
    (tmp_path / "ispup.conf").write_text("")
    until = 100
    while not started() and until:
        until -= 1
    assert set(told.read_text().split()) == {{"S05ispup-recover": "recover", "S80ispupd": "start",
                                              "S99ispup-trial": "trial"}[name]}
