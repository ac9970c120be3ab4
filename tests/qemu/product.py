# SPDX-License-Identifier: Apache-2.0
"""The parts of a product on the board: configuration, accounts, keys, the factory's image; and the
images that are uploaded."""

import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import gpt
from camera_fixture import ACCOUNTS
from certificates import make_certificate
from pages import Example

PLATFORM = "0300"
FLASH_SIZE = 64 << 20
BROKEN = b"BROKEN"  # firmware that begins so makes no pictures: the probe of the board knows it
# What SYSTEM_LOG and ISP_STATUS say of a component: the log's words, the status' key, the version.
VERSIONS = {
    "firmware": ("ISP Firmware Version", "ISP_FIRMWARE", "ISP-F-0300-{}"),
    "device-resource": ("ISP Device Resource Version", "ISP_DEVICE_RESOURCE", "C0300-{}"),
    "hardware": ("ISP Hardware Version", "ISP_HARDWARE", "ISP-H-0300-{}"),
}
NOR, CARD = Example("SPI NOR"), Example("eMMC or SD card")
SIZES = {"firmware": 1000000, "device-resource": 150000, "hardware": 40000}
# The lines of [flash], and how the camera restarts: by the system call, or by its own program. On
# `ispupd` that replaces the web server.
KINDS = {"two-banks": (NOR.flash, "reboot"), "ispupd": (NOR.flash, "reboot"),
         "one-bank": (NOR.flash.replace(" mtd:isp-b", ""), "/bin/reboot"),
         "card": (CARD.flash, "reboot")}

CONFIGURATION = """\
[camera]
platform = 0300
id = emulated-board
firmware-version = A1D-311-V5.03.05
accounts = /etc/ispup/accounts
work = /mnt/data/ispup
journal = required

[flash]
{flash}

[isp]
probe = /usr/libexec/isp-probe
trial = 3

[settings]
live = /run/camera/settings
saved = /mnt/data/settings

[image]
keys = /etc/ispup/keys

[restart]
command = {restart}
delay = 1
"""
SERVER = """
[server]
listen = 0.0.0.0:80
listen-https = 0.0.0.0:443
certificate = /etc/ispup/camera.crt
key = /etc/ispup/camera.key
"""


@dataclass
class Image:
    """A packed and signed image; `components` are its plain bytes by their name."""
    path: Path
    version: str
    digest: str
    components: dict

    @property
    def packed(self):
        return self.path.read_bytes()


class Factory:
    """Makes images, each once, and the product's files on a new board."""

    def __init__(self, folder, build):
        self.folder = folder
        self.ispup = build / "src" / "ispup" / "ispup"
        self.key = folder / "isp.private.pem"
        self.images = {}
        self.run("keygen", "-o", folder / "isp")

    def run(self, *words):
        done = subprocess.run([self.ispup, *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    def image(self, version, begin=b"", sizes=None, platform=PLATFORM):
        """`begin`: the first bytes of the firmware."""
        sizes = sizes or SIZES
        key = (version, begin, tuple(sizes.items()), platform)
        if key not in self.images:
            self.images[key] = self.pack(version, begin, sizes, platform)
        return self.images[key]

    def pack(self, version, begin, sizes, platform):
        out = self.folder / f"image-{len(self.images)}"
        out.mkdir()
        components, options = {}, []
        for name, size in sizes.items():
            first = begin if name == "firmware" else b""
            rest = random.Random(f"{name} {version} {size}").randbytes(size - len(first))
            components[name] = first + rest
            (out / name).write_bytes(components[name])
            options += [f"--{name}", out / name]
        told = self.run("pack", "--platform", platform, "--version", version, "--key", self.key,
                        *options, "-o", out)
        digest = re.search(r"\b[0-9a-f]{64}\b", told)[0]
        return Image(out / f"ISP-U-{platform}-{version}.bin", version, digest, components)

    def put_on(self, place, kind):
        """Puts the product's files into the folder `place` of the board's file system."""
        (place / "etc/ispup/keys").mkdir(parents=True)
        (place / "etc/board").mkdir()
        shutil.copy(self.folder / "isp.public.pem", place / "etc/ispup/keys")
        (place / "etc/ispup/accounts").write_text(ACCOUNTS)
        (place / "etc/ispup/accounts").chmod(0o600)
        (place / "etc/ispup.conf").write_text(configuration_with(*KINDS[kind]))
        if kind == "card":
            (place / "etc/board/card").touch()
        (place / "etc/board/flash").write_text("".join(" ".join(row) + "\n" for row in NOR.rows))
        shutil.copy(self.image("V1.00.00").path, place / "etc/board")
        if kind == "ispupd":
            make_certificate(place / "etc/ispup")
            with open(place / "etc/ispup.conf", "a") as file:
                file.write(SERVER)


def versions_of(version):
    """The result of Board.versions for an image of all components."""
    return {name: form.format(version) for name, (_, _, form) in VERSIONS.items()}


def configuration_with(flash, restart):
    """`flash`: the lines of [flash]."""
    return CONFIGURATION.format(flash=flash, restart=restart)


def banks_of(flash):
    """The partitions of each component, from the lines of [flash]."""
    lines = [line.split(" = ") for line in flash.splitlines()]
    return {component: [partition_of(bank) for bank in banks.split()] for component, banks in lines}


def partition_of(bank):
    return bank.removeprefix("mtd:").removeprefix("block:PARTLABEL=")


def factory_flash(image, example):
    """The ISP's flash as the factory delivers it: the image in the first banks."""
    flash = bytearray(b"\xff" * FLASH_SIZE)
    for component, names in banks_of(example.flash).items():
        at, _ = example.partitions[names[0]]
        flash[at:at + len(image.components[component])] = image.components[component]
    return flash


def factory_card(path, image):
    """The same on a card, with its partition table."""
    path.write_bytes(factory_flash(image, CARD))
    gpt.write(path, [(name, *place) for name, place in CARD.partitions.items()])
