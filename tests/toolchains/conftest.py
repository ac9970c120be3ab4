# SPDX-License-Identifier: Apache-2.0
"""The camera's programs of other builds: with other options, another C library, for other machines.
Most tests run once with each. Images are packed by the build that ISPUP_BUILD names.

With LONG=1 in the environment the machines of tools/cross/ are among them."""

import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from camera_fixture import ACCOUNTS, Camera, Workshop

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = Path(os.environ.get("ISPUP_BUILD", ROOT / "build")).resolve()
PROGRAMS = {"update": "cgi-bin", "system": "cgi-bin", "ispup-camera": "ispup-camera"}
OPTIONS = {
    # Every question about the C library is answered no. glibc's ioctl takes another type than int.
    "least": ["-Dold_libc=true", "-Dc_args=-Wno-sign-conversion", "-Dsandbox=disabled",
              "-Dhttps=disabled", "-Dinflate=zlib", "-Dispup=disabled", "-Dtests=enabled"],
    "no-server": ["-Dispupd=disabled", "-Dispup=disabled", "-Dtests=disabled"],
}
FACTORY_SIZES = {"firmware": 3000, "device_resource": 1500, "hardware": 700}
MACHINES = sorted(path.name for path in (ROOT / "tools" / "cross").iterdir()
                  if path.suffix != ".ini")


@dataclass
class Toolchain:
    name: str
    folder: Path  # has src/cgi-bin/update and so on
    has_filter: bool = True
    programs: Path = None  # stripped; None: an ordinary build


def run(*command):
    """A command that builds; if it cannot be done on this machine, the test is skipped."""
    environment = {name: value for name, value in os.environ.items() if name not in ("CC", "CFLAGS")}
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"


@functools.cache
def with_options(name):
    folder = ROOT / f"build-{name}"
    again = ["--reconfigure"] if (folder / "build.ninja").exists() else []
    run("meson", "setup", *again, folder, "-Dwerror=true", *OPTIONS[name])
    run("ninja", "-C", folder)
    return Toolchain(name, folder, has_filter=name != "least")


def arrange(folder, programs, emulator=()):
    """A build folder of programs that lie elsewhere."""
    for name, place in PROGRAMS.items():
        program = folder / "src" / place / name
        program.parent.mkdir(parents=True, exist_ok=True)
        if emulator:
            program.write_text(f'#!/bin/sh\nexec {" ".join(emulator)} {programs / name} "$@"\n')
            program.chmod(0o755)
        else:
            program.symlink_to(programs / name)
    (folder / "src" / "ispup").symlink_to(OWN / "src" / "ispup")
    (folder / "src" / "ispupd").symlink_to(OWN / "src" / "ispupd")
    return folder


@functools.cache
def build_musl():
    run("tools/musl-build")


def with_musl(folder):
    build_musl()
    return Toolchain("musl", arrange(folder, ROOT / "build-musl"), programs=ROOT / "build-musl")


def of_machine(triplet, constant):
    text = (ROOT / "tools" / "cross" / triplet).read_text()
    return re.search(rf"(?m)^{constant} = '(.*)'$", text)[1]


def for_machine(triplet, kind, folder):
    """Runs under qemu-user, which has no filters of system calls."""
    emulator = shutil.which(of_machine(triplet, "emulator"))
    if emulator is None:
        pytest.skip("qemu-user is not installed")
    run("tools/cross-build", triplet)
    made = ROOT / "build-cross" / triplet
    if not (made / kind / "update").exists():
        pytest.skip(f"this machine's {triplet}-gcc cannot link static programs for it")
    words = [emulator] if kind == "static" else [emulator, "-L", made / "sysroot"]
    return Toolchain(f"{triplet} {kind}", arrange(folder, made / kind, [str(word) for word in words]),
                     has_filter=False, programs=made / kind)


def make(name, folder):
    triplet, _, kind = name.partition(" ")
    if kind:
        return for_machine(triplet, kind, folder)
    return with_musl(folder) if name == "musl" else with_options(name)


def names():
    machines = MACHINES if os.environ.get("LONG") else []
    return [*OPTIONS, "musl",
            *(f"{triplet} {kind}" for triplet in machines for kind in ("static", "dynamic"))]


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    return Workshop(tmp_path_factory.mktemp("workshop"), OWN)


@pytest.fixture(scope="session", params=names())
def toolchain(request, tmp_path_factory):
    return make(request.param, tmp_path_factory.mktemp("toolchain"))


@pytest.fixture(scope="session")
def musl(tmp_path_factory):
    return with_musl(tmp_path_factory.mktemp("musl"))


@pytest.fixture(scope="session")
def least():
    return with_options("least")


@pytest.fixture(scope="session")
def no_server():
    return with_options("no-server")


@pytest.fixture(scope="session")
def build(toolchain):
    """The build folder whose programs the cameras have."""
    return toolchain.folder


@pytest.fixture(scope="session")
def factory(tmp_path_factory, build, workshop):
    """Adopted cameras alone: a build without a filter cannot install with their configuration."""
    folder = tmp_path_factory.mktemp("furnished")
    image = folder / "ISP-U-0300-V1.00.00.bin"
    image.write_bytes(workshop.image(**FACTORY_SIZES))
    camera = Camera(folder, build).furnish(ACCOUNTS)
    camera.command("adopt", image)
    return SimpleNamespace(furnished=camera)
