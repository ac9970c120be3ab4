# SPDX-License-Identifier: Apache-2.0
"""The installed bytes: the same on every run, packed once for both rivals."""

import hashlib
import os
import random
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KIB, MIB = 1024, 1024 * 1024
BLOCK = 64 * KIB  # of a `file:` bank
SIZES = {"2.5": 5 * MIB // 2, "32": 32 * MIB, "256": 256 * MIB}
PLATFORM, VERSION = "0300", "V1.00.00"


def text_bytes(root, size, dice):
    """Random lines of this project's sources and pages."""
    paths = sorted([*root.glob("src/*/*.c"), *root.glob("docs/*.md")])
    lines = [line + b"\n" for path in paths for line in path.read_bytes().splitlines() if line]
    drawn = bytearray()
    while len(drawn) < size:
        drawn += b"".join(dice.choices(lines, k=100000))
    return bytes(drawn[:size])


def write_mixed(path, size, root):
    """Blocks of random bytes and of text in turn."""
    dice = random.Random(1)
    noise, text = dice.randbytes(size // 2), text_bytes(root, size // 2, dice)
    with path.open("wb") as file:
        for at in range(0, size // 2, BLOCK):
            file.write(noise[at:at + BLOCK])
            file.write(text[at:at + BLOCK])


def machine_code():
    """Programs and libraries of this machine, each once."""
    seen = set()
    for folder in ("/usr/lib", "/usr/bin", "/usr/sbin"):
        for path in sorted(Path(folder).rglob("*")):
            try:
                facts = path.stat()
                if not path.is_file() or facts.st_ino in seen or facts.st_size < BLOCK:
                    continue
                seen.add(facts.st_ino)
                with path.open("rb") as file:
                    if file.read(4) == b"\x7fELF":
                        file.seek(0)
                        yield file.read()
            except OSError:
                continue


def write_code(path, size):
    """Repeats the files if the machine has too few; returns how many bytes it had."""
    written = had = 0
    with path.open("wb") as file:
        while written < size:
            for code in machine_code():
                written += file.write(code[:size - written])
                if written == size:
                    break
            had = had or written
    return had


def write_changed(path, before):
    """The bytes of `before` with every hundredth block changed; returns how many that are."""
    changed = 0
    with before.open("rb") as old, path.open("wb") as new:
        for number, block in enumerate(iter(lambda: old.read(BLOCK), b"")):
            is_other = number % 100 == 50
            changed += is_other
            new.write(bytes(byte ^ 0x55 for byte in block) if is_other else block)
    return changed


def compress(path, packed):
    with path.open("rb") as plain, packed.open("wb") as file:
        gzip = zlib.compressobj(9, wbits=31)
        for piece in iter(lambda: plain.read(MIB), b""):
            file.write(gzip.compress(piece))
        file.write(gzip.flush())


def digest_of(path):
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(MIB), b""):
            sha256.update(piece)
    return sha256.hexdigest()


class Payload:
    """The bytes of one component in a folder: plain, gzip, an ISP image, an .swu."""

    def __init__(self, folder, version=VERSION):
        self.folder, self.version = folder, version
        self.plain, self.gzip = folder / "plain", folder / "plain.gz"
        self.image = folder / f"ISP-U-{PLATFORM}-{version}.bin"
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def size(self):
        return self.plain.stat().st_size

    def pack_image(self, ispup):
        if not self.image.exists():
            subprocess.run([ispup, "pack", "--platform", PLATFORM, "--version", self.version,
                            "--firmware", self.plain, "-o", self.folder], check=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def pack_gzip(self):
        if not self.gzip.exists():
            side = self.folder / "plain.gz.new"
            compress(self.plain, side)
            side.rename(self.gzip)


class Payloads:
    """All payloads, kept from run to run."""

    def __init__(self, folder, root, ispup, sizes):
        self.folder, self.root, self.ispup, self.sizes = folder, root, ispup, sizes
        self.made = {}
        self.notes = []

    def prepare(self):
        work = []
        for kind in ("mixed", "code"):
            for size in self.sizes:
                one = Payload(self.folder / f"{kind}-{size}")
                self.made[kind, size] = one
                self.write_plain(one, kind, SIZES[size])
                work += [lambda one=one: one.pack_image(self.ispup), one.pack_gzip]
        work += self.prepare_others()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(one) for one in reversed(work)]:
                done.result()

    def prepare_others(self):
        """The image that is installed between two measured ones, and the largest one with 1 %
        changed."""
        between = Payload(self.folder / "between", "V9.00.00")
        between.plain.write_bytes(random.Random(2).randbytes(BLOCK))
        self.made["between"] = between
        changed = Payload(self.folder / f"changed-{list(self.sizes)[-1]}", "V1.00.01")
        if not changed.plain.exists():
            write_changed(changed.plain, self.largest.plain)
        self.made["changed"] = changed
        return [lambda: between.pack_image(self.ispup), lambda: changed.pack_image(self.ispup)]

    def write_plain(self, one, kind, size):
        if one.plain.exists() and one.size == size:
            return
        side = one.folder / "plain.new"
        if kind == "mixed":
            write_mixed(side, size, self.root)
        elif (had := write_code(side, size)) < size:
            (self.folder / "note").write_text(f"this machine has {had // MIB} MiB of machine code, "
                                              "which the greatest payload repeats")
        side.rename(one.plain)

    @property
    def largest(self):
        return self.made["mixed", list(self.sizes)[-1]]


# What an update finds in its target.
EMPTY, CACHED, COLD = "empty", "old, in the page cache", "old and cold"
TARGETS = (EMPTY, CACHED, COLD)


def spoil(plain, target, found):
    """Makes `target` what an update shall find."""
    if found == EMPTY:
        with target.open("wb") as file:
            os.fsync(file.fileno())
    else:
        scramble(plain, target, found == CACHED)


def scramble(plain, target, cached=False):
    """Fills `target` with bytes that differ from `plain` at every place, like an older version.
    They are on the medium; `cached`: and in the page cache."""
    with plain.open("rb") as source, open(target, "r+b" if target.exists() else "w+b") as file:
        source.seek(KIB + 13)
        for piece in iter(lambda: source.read(MIB), b""):
            file.write(piece)
        source.seek(0)
        file.write(source.read(KIB + 13))
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
        if not cached:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
