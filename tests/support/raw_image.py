# SPDX-License-Identifier: Apache-2.0
"""Images made byte by byte, as no packer makes them: any head in the archive, any text as
descriptor, any gzip around it."""

import gzip
import hashlib
import zlib

BLOCK = 512
DESCRIPTOR = "ISP-Image.desc"
SIGNATURE = "ISP-Image.desc.sig"
FIRMWARE = "ISP-F-0300-V1.01.00.bin"
RESOURCE = "C0300-V1.01.00.bin"
PLAIN = bytes(range(200))  # the firmware; other components are the same bytes reversed
IMAGE = "[image]\nformat = 1\nplatform = 0300\nversion = V1.01.00\n"


def section(name="firmware", file=FIRMWARE, data=PLAIN, size=None, digest=None):
    return (f"[{name}]\nfile = {file}\nversion = V1.01.00\n"
            f"size = {len(data) if size is None else size}\n"
            f"sha256 = {digest or hashlib.sha256(data).hexdigest()}\n")


def head(name, size, kind=b"0", mode=b"0000644\0", magic=b"ustar\00000", prefix=b"", checksum=None):
    """One block. `size` may be the 12 bytes of the field, `name` any bytes."""
    name = name.encode() if isinstance(name, str) else name
    size = size if isinstance(size, bytes) else b"%011o\0" % size
    block = bytearray(BLOCK)
    for at, what in ((0, name), (100, mode), (108, b"0000000\0" * 2), (124, size),
                     (136, b"00000000000\0"), (148, b" " * 8), (156, kind), (157, b"/etc/passwd"),
                     (257, magic), (345, prefix)):
        block[at:at + len(what)] = what
    if kind in b"\x000":
        block[157:257] = bytes(100)
    block[148:156] = b"%06o\0 " % (sum(block) if checksum is None else checksum)
    return bytes(block)


def member(name, data=b"", filling=b"\0", **fields):
    fields.setdefault("size", len(data))
    return head(name, **fields) + data + filling * (-len(data) % BLOCK)


def archive(*members, end=bytes(2 * BLOCK)):
    return b"".join(members) + end


def packed(plain):
    return gzip.compress(plain, mtime=0)


def description(text=IMAGE + section()):
    return member(DESCRIPTOR, text if isinstance(text, bytes) else text.encode())


def firmware(data=PLAIN, **fields):
    return member(FIRMWARE, data, **fields)


def gzip_head(flags=0, method=8, rest=b""):
    return bytes([0x1f, 0x8b, method, flags]) + bytes(5) + b"\xff" + rest


def with_head(image, **fields):
    """The image, which has gzip's shortest head, with another head."""
    return gzip_head(**fields) + image[10:]


def zeros(megabytes):
    """Packed zeros, a few bytes for a thousand; the deflate stream is not ended."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes


def begun(plain):
    """A gzip head and `plain`, packed; more deflate data can follow."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return gzip_head() + packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH)
