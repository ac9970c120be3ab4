# SPDX-License-Identifier: Apache-2.0
"""Images that a camera must refuse, each with its exact answer. The numbers are those of
docs/hostile-input.md.
"""

from dataclasses import dataclass

from raw_image import (BLOCK, DESCRIPTOR, FIRMWARE, IMAGE, PLAIN, RESOURCE, SIGNATURE, archive, begun,
                       description, firmware, gzip_head, head, member, packed, section, with_head,
                       zeros)

GOOD = packed(archive(description(), firmware()))
CUT_SHORT = "gzip: cut short: the file is not whole"
CUT_END = "archive: cut short: no two zero blocks at its end"
TYPES = {b"1": "a hard link", b"2": "a symbolic link", b"3": "a character device",
         b"4": "a block device", b"5": "a folder", b"6": "a FIFO", b"7": "a contiguous file",
         b"x": "an extended head", b"g": "an extended head", b"L": "a long name",
         b"K": "a long link name", b"S": "a sparse file", b"Z": "of an unknown type"}
CHECK = 0x02
EXTRA = 0x04
COMMENT = 0x10


@dataclass(frozen=True)
class Bad:
    image: bytes
    answer: str
    is_late: bool = False  # detected only after the first byte of a component


def plain(answer, *members, is_late=False, **fields):
    return Bad(packed(archive(*members, **fields)), answer, is_late)


def late(answer, *members, **fields):
    return plain(answer, description(), firmware(), *members, is_late=True, **fields)


def described(mistake, text):
    return plain(f"ISP-Image.desc: {mistake}", description(text), firmware())


def replaced(old, new, text=IMAGE + section()):
    assert old in text
    return text.replace(old, new)


GZIP = {
    "cut-in-its-head": Bad(GOOD[:7], CUT_SHORT),
    "cut-in-the-descriptor": Bad(GOOD[:60], CUT_SHORT),
    "cut-in-the-component": Bad(GOOD[:-60], CUT_SHORT, is_late=True),
    "cut-in-its-tail": Bad(GOOD[:-1], CUT_SHORT, is_late=True),
    "wrong-crc": Bad(GOOD[:-8] + bytes([GOOD[-8] ^ 1]) + GOOD[-7:],
                     "gzip: damaged: its CRC-32 is wrong", is_late=True),
    "wrong-length": Bad(GOOD[:-1] + bytes([GOOD[-1] ^ 1]), "gzip: damaged: its length is wrong",
                        is_late=True),
    "no-deflate": Bad(gzip_head() + b"\x07" + GOOD[11:],
                      "gzip: damaged: its data cannot be unpacked"),
    "second-member": Bad(GOOD + GOOD, "gzip: a second member after the end", is_late=True),
    "zeros-behind": Bad(GOOD + bytes(512), "gzip: bytes after the end", is_late=True),
    "method": Bad(with_head(GOOD, method=7), "gzip: compressed by method 7, not deflate"),
    "reserved-flags": Bad(with_head(GOOD, flags=0xe0), "gzip: reserved flags are set: 0xe0"),
    "head-crc": Bad(with_head(GOOD, flags=CHECK, rest=b"\0\0"),
                    "gzip: damaged: the CRC of its head is wrong"),
    "huge-extra": Bad(with_head(GOOD, flags=EXTRA, rest=b"\xff\xff" + bytes(65535)),
                      "gzip: head is larger than 65536 bytes"),
    "huge-comment": Bad(with_head(GOOD, flags=COMMENT, rest=b"x" * 70000 + b"\0"),
                        "gzip: head is larger than 65536 bytes"),
    # Their CRC would be wrong as well; the answer shows that the reader does not get that far.
    "bomb-for-a-descriptor": Bad(begun(head(DESCRIPTOR, 8 << 29)) + zeros(256),
                                 "ISP-Image.desc: larger than 65536 bytes"),
    "bomb-for-a-component": Bad(
        begun(description() + head(FIRMWARE, 8 << 29)) + zeros(256),
        f"{FIRMWARE}: has 4294967296 bytes, ISP-Image.desc says 200"),
    "bomb-that-is-announced": Bad(
        begun(description(IMAGE + section(size=8 << 29)) + head(FIRMWARE, 8 << 29)) + zeros(256),
        "firmware: has 4294967296 bytes, flash holds 65536"),
    "bomb-behind-the-end": Bad(begun(archive(description(), firmware())) + zeros(256),
                               "archive: bytes after its end", is_late=True),
}

ARCHIVE = {
    "none": plain("archive: not a ustar archive", b"these are other bytes " * 100),
    "older-than-ustar": plain("archive: not a ustar archive",
                              member(DESCRIPTOR, b"", magic=bytes(8))),
    "empty": plain("archive: empty, without ISP-Image.desc"),
    "no-descriptor": plain(f"archive: begins with {FIRMWARE}, not with ISP-Image.desc", firmware()),
    "descriptor-behind": plain(f"archive: begins with {FIRMWARE}, not with ISP-Image.desc",
                               firmware(), description()),
    "descriptor-in-dot": plain("archive: a folder in a name: ./ISP-Image.desc",
                               member("./ISP-Image.desc"), firmware()),
    "descriptor-in-folder": plain("archive: a folder in a name: image/ISP-Image.desc",
                                  member("image/ISP-Image.desc"), firmware()),
    "descriptor-twice": plain("archive: ISP-Image.desc is there twice", description(),
                              description(), firmware()),
    "descriptor-twice-last": late("archive: ISP-Image.desc is there twice", description()),
    "descriptor-huge": plain("ISP-Image.desc: larger than 65536 bytes",
                             description(IMAGE + section() + "; so much\n" * 7000), firmware()),
    "absolute-name": plain("archive: a folder in a name: /etc/passwd", description(),
                           member("/etc/passwd", PLAIN)),
    "name-that-climbs": plain(f"archive: a folder in a name: ../{FIRMWARE}", description(),
                              member(f"../{FIRMWARE}", PLAIN)),
    "name-in-two-parts": plain(f"archive: a name in two parts: {FIRMWARE}", description(),
                               firmware(prefix=b"/etc")),
    "name-unprintable": plain("archive: a name that is not printable: ISP?F", description(),
                              member(b"ISP\x1bF", PLAIN)),
    "name-empty": plain("archive: a member without a name", description(), member("", PLAIN)),
    "checksum": plain("archive: damaged: a head's checksum is wrong", description(),
                      firmware(checksum=1)),
    "size-negative": plain(f"archive: the size of {FIRMWARE} is not octal", description(),
                           firmware(size=b"-0000000310\0")),
    "size-binary": plain(f"archive: the size of {FIRMWARE} is not octal", description(),
                         firmware(size=b"\x80" + bytes(10) + b"\xc8")),
    "size-too-large": plain(f"{FIRMWARE}: has 8589934591 bytes, ISP-Image.desc says 200",
                            description(), firmware(size=b"77777777777\0")),
    "unlisted": plain("archive: passwd is not listed in ISP-Image.desc", description(),
                      member("passwd", PLAIN), firmware()),
    "thousands": late("archive: m0 is not listed in ISP-Image.desc",
                      *(member(f"m{i}") for i in range(5000))),
    "component-twice": late(f"archive: {FIRMWARE} is there twice", firmware()),
    "component-missing": plain(f"archive: {FIRMWARE} is missing", description()),
    "second-component-missing": plain(
        f"archive: {RESOURCE} is missing",
        description(IMAGE + section() + section("device-resource", RESOURCE, PLAIN[::-1])),
        firmware(), is_late=True),
    "out-of-order": plain(
        f"archive: {RESOURCE} comes before {FIRMWARE}",
        description(IMAGE + section() + section("device-resource", RESOURCE, PLAIN[::-1])),
        member(RESOURCE, PLAIN[::-1]), firmware()),
    "signature-behind": late(f"archive: {SIGNATURE} is not the second member", member(SIGNATURE)),
    "signature-empty": plain(
        f"signature: malformed {SIGNATURE}: line 1: must be key = and 16 hex digits",
        description(), member(SIGNATURE), firmware()),
    "signature-huge": plain(f"{SIGNATURE}: larger than 1024 bytes", description(),
                            member(SIGNATURE, bytes(4000)), firmware()),
    "link-behind-the-component": late("archive: passwd is a symbolic link",
                                      member("passwd", kind=b"2")),
    "filling-behind-the-descriptor": plain(
        "archive: bytes after a member are not zero",
        member(DESCRIPTOR, (IMAGE + section()).encode(), filling=b"x"), firmware()),
    "filling-behind-the-component": plain(
        "archive: bytes after a member are not zero", description(), firmware(filling=b"x"),
        is_late=True),
    "cut-in-a-member": plain("archive: cut short within a member", description(),
                             firmware()[:-BLOCK + 100], end=b"", is_late=True),
    "cut-behind-a-member": plain("archive: cut short after a member", description(),
                                 firmware()[:-100], end=b"", is_late=True),
    "no-end": late(CUT_END, end=b""),
    "half-an-end": late(CUT_END, end=bytes(BLOCK)),
    "one-zero-block": late("archive: one zero block, not two, at its end",
                           end=bytes(BLOCK) + member("passwd")),
    "archive-behind-it": late("archive: bytes after its end",
                              end=bytes(2 * BLOCK) + archive(description(), firmware())),
} | {
    f"type-{kind.decode()}": plain(f"archive: {FIRMWARE} is {words}", description(),
                                   firmware(kind=kind))
    for kind, words in TYPES.items()
}

DESCRIPTION = {
    "crlf": described("line 1: ends with CR LF: use LF alone",
                      (IMAGE + section()).replace("\n", "\r\n")),
    "byte-order-mark": described("line 1: byte order mark", "\ufeff" + IMAGE + section()),
    "nul": described("line 3: control character", replaced("0300", "0300\0")),
    "not-utf-8": described("line 1: not UTF-8", b"; \xff\n" + (IMAGE + section()).encode()),
    "no-last-line-end": described("line 9: no line end", (IMAGE + section())[:-1]),
    "long-line": described("line 5: no = in it", IMAGE + "x" * 60000 + "\n" + section()),
    "blank-behind": described("line 3: blank after the value", replaced("0300\n", "0300 \n")),
    "no-section": described("line 1: key before the first section", "format = 1\n"),
    "other-first": described("does not begin with the section [image]", section() + IMAGE),
    "two-platforms": described("line 4: key platform given twice", replaced(
        "platform = 0300\n", "platform = 0300\nplatform = 0400\n")),
    "section-twice": described("line 10: section [firmware] given twice",
                               IMAGE + section() + section()),
    "upper-case-key": described("[image] has no platform", replaced("platform", "Platform")),
    "other-format": described("line 2: format is not 1, the only one known here",
                              replaced("format = 1", "format = 2")),
    "short-platform": described("line 3: platform is not 4 of A-Z and 0-9",
                                replaced("platform = 0300", "platform = 300")),
    "other-version": described("line 4: version is not of the form V1.00.00",
                               replaced("V1.01.00\n[", "1.1.0\n[")),
    "no-component": described("has none of [firmware], [device-resource], [hardware]", IMAGE),
    "no-digest": described("[firmware] has no sha256", section().join([IMAGE, ""]).partition(
        "sha256")[0]),
    "file-with-folder": described(
        "line 6: file is not 1 to 100 of A-Za-z0-9._-, the first a letter or digit",
        IMAGE + section(file="../passwd")),
    "file-of-its-own": described("line 6: file is not a name for a component",
                                 IMAGE + section(file=DESCRIPTOR)),
    "one-file-twice": described("line 11: file is also the file of another component",
                                IMAGE + section() + section("hardware")),
    "size-zero": described("line 8: size is not a number of bytes from 1 on",
                           IMAGE + section(size=0)),
    "size-with-sign": described("line 8: size is not a number of bytes from 1 on",
                                IMAGE + section(size="+200")),
    "size-past-64-bits": described("line 8: size is not a number of bytes from 1 on",
                                   IMAGE + section(size=1 << 64)),
    "digest-in-capitals": described("line 9: sha256 is not 64 lower-case hex digits",
                                    IMAGE + section(digest="AB" * 32)),
    "size-that-does-not-fit": plain(f"{FIRMWARE}: has 200 bytes, ISP-Image.desc says 199",
                                    description(IMAGE + section(size=199)), firmware()),
    "digest-that-does-not-fit": plain(f"{FIRMWARE}: digest differs from ISP-Image.desc",
                                      description(IMAGE + section(digest="ab" * 32)), firmware(),
                                      is_late=True),
}

BAD_IMAGES = {f"{case}-{name}": bad
              for case, images in ((19, GZIP), (20, ARCHIVE), (21, DESCRIPTION))
              for name, bad in images.items()}
