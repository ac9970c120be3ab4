# SPDX-License-Identifier: Apache-2.0
"""What the emulated camera boots: Debian's kernel, and a file system in RAM with the programs of
`make cross`, busybox and the board's scripts. Made once, in build-qemu/."""

import fcntl
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build-qemu"
CROSS = ROOT / "build-cross" / "arm-linux-gnueabihf"
GUEST = ROOT / "tests" / "qemu" / "guest"
COMPILER = "arm-linux-gnueabihf-"
MODULES = {
    "board": ("spi-nor", "spi-aspeed-smc", "mtdblock", "jffs2", "mdio-aspeed", "ftgmac100"),
    "nand": ("nandsim",),
    "ubi": ("nandsim", "ubi"),
    "card": ("sdhci-of-aspeed",),
}
# The places of the files on the board; all are executable.
PLACES = {
    GUEST / "init": "init",
    GUEST / "rc": "etc/board/rc",
    GUEST / "isp": "etc/board/isp",
    GUEST / "camera": "etc/board/camera",
    GUEST / "probe": "usr/libexec/isp-probe",
    GUEST / "peaks": "usr/libexec/peaks",
    GUEST / "run": "usr/lib/cgi-bin/run",
    ROOT / "examples" / "web-servers" / "busybox-httpd.conf": "etc/httpd.conf",
    ROOT / "examples" / "boot" / "ispup-boot.sh": "usr/share/ispup/examples/boot/ispup-boot.sh",
    CROSS / "dynamic" / "update": "usr/lib/cgi-bin/update",
    CROSS / "dynamic" / "system": "usr/lib/cgi-bin/system",
    CROSS / "dynamic" / "ispup-camera": "usr/sbin/ispup-camera",
    CROSS / "dynamic" / "ispupd": "usr/sbin/ispupd",
    CROSS / "static" / "update": "usr/lib/cgi-bin/update-static",
    CROSS / "static" / "ispup-camera": "usr/sbin/ispup-camera-static",
}
FILES = {
    "etc/passwd": "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/inittab": "::sysinit:/etc/board/rc\n",
}
FOLDERS = ("dev", "proc", "sys", "run", "tmp", "mnt/data", "var/www/html", "etc/ispup/keys")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    assert done.returncode == 0, (command, done.stderr.decode(errors="replace"))
    return done.stdout


def archive(folder):
    """The bytes of an archive that the kernel unpacks into its initial file system; several
    archives may follow each other."""
    names = subprocess.run(["find", ".", "-mindepth", "1", "-print0"], cwd=folder, check=True,
                           stdout=subprocess.PIPE).stdout
    done = subprocess.run(["cpio", "--null", "--create", "--format=newc", "--owner=+0:+0",
                           "--quiet"], cwd=folder, input=names, check=True,
                          stdout=subprocess.PIPE)
    return done.stdout


class Bed:
    """Makes `kernel`, `tree` (the device tree) and `system` (the archive) if they are missing."""

    def __init__(self):
        self.packages = FOLDER / "packages"
        FOLDER.mkdir(exist_ok=True)
        with open(FOLDER / "lock", "wb") as lock:  # tests may run side by side
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.build()

    def build(self):
        run(ROOT / "tools" / "cross-build")
        run(ROOT / "tools" / "foreign-packages", "armhf", self.packages, "alone",
            "linux-image-armmp", "busybox-static")
        self.kernel = next(self.packages.glob("boot/vmlinuz-*"))
        self.version = self.kernel.name.partition("-")[2]
        self.tree = next(self.packages.glob("usr/lib/linux-image-*/aspeed-ast2600-evb.dtb"))
        self.system = self.make()

    def make(self):
        staging = FOLDER / "system"
        shutil.rmtree(staging, ignore_errors=True)
        for name in FOLDERS:
            (staging / name).mkdir(parents=True)
        self.add_busybox(staging)
        self.add_programs(staging)
        self.add_modules(staging)
        for name, text in FILES.items():
            (staging / name).write_text(text)
        return archive(staging)

    def add_busybox(self, staging):
        (staging / "bin").mkdir()
        shutil.copy(self.packages / "bin" / "busybox", staging / "bin")
        for name in ("sh", "mount", "mkdir"):
            (staging / "bin" / name).symlink_to("busybox")

    def add_programs(self, staging):
        for source, place in PLACES.items():
            target = staging / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            target.chmod(0o755)
        (staging / "var/www/html/cgi-bin").symlink_to("/usr/lib/cgi-bin")
        for name in ("partition", "ubi"):
            run(COMPILER + "gcc", f"--sysroot={CROSS / 'sysroot'}", "-static", "-O1", "-Wall",
                "-Werror", "-D_FILE_OFFSET_BITS=64", GUEST / f"{name}.c", "-o",
                staging / "usr/sbin" / name)
        self.add_libraries(staging)

    def add_libraries(self, staging):
        """The libraries that the programs need, and those that these need."""
        (staging / "lib").mkdir(exist_ok=True)
        wanted = [source for source in PLACES if source.parent == CROSS / "dynamic"]
        while wanted:
            for name in needed(wanted.pop()):
                if not (staging / "lib" / name).exists():
                    shutil.copy(library(name), staging / "lib" / name)
                    wanted.append(staging / "lib" / name)

    def add_modules(self, staging):
        """Numbered in the order in which they must be loaded, and a list for each purpose."""
        run("/sbin/depmod", "-b", self.packages, self.version)
        (staging / "modules").mkdir()
        for purpose, names in MODULES.items():
            paths = []
            for name in names:
                said = run("/sbin/modprobe", "--set-version", self.version, "--dirname",
                           self.packages, "--show-depends", name).decode()
                paths += [Path(path) for path in re.findall(r"(?m)^insmod (\S+)", said)]
            unique = list(dict.fromkeys(paths))
            for path in unique:
                shutil.copy(path, staging / "modules")
            (staging / "modules" / purpose).write_text(
                "".join(f"/modules/{path.name}\n" for path in unique))


def needed(program):
    told = run(COMPILER + "readelf", "-ld", program).decode()
    return re.findall(r"\(NEEDED\).*\[(.*)\]", told) + re.findall(r"interpreter: .*/(.*)\]", told)


def library(name):
    for folder in ("lib/arm-linux-gnueabihf", "usr/lib/arm-linux-gnueabihf", "lib"):
        path = CROSS / "sysroot" / folder / name
        if path.exists():
            return path
    raise AssertionError(f"{name} is not in the sysroot")
