# SPDX-License-Identifier: Apache-2.0
"""Images for SWUpdate (.swu). Debian's build accepts only signed ones."""

import subprocess
import zlib


def make_key(folder):
    """key.pem and cert.pem, for the CMS signatures that SWUpdate wants."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem",
                    "-out", "cert.pem", "-subj", "/CN=tests", "-days", "3650", "-addext",
                    "extendedKeyUsage=emailProtection"], cwd=folder, stderr=subprocess.DEVNULL,
                   check=True)


def write_swu(folder, made, description, members):
    """`members` are names and bytes; make_key() made the folder's key."""
    (folder / "sw-description").write_text(description)
    subprocess.run(["openssl", "cms", "-sign", "-in", "sw-description", "-out", "sw-description.sig",
                    "-signer", "cert.pem", "-inkey", "key.pem", "-outform", "DER", "-nosmimecap",
                    "-binary"], cwd=folder, check=True)
    with made.open("wb") as file:
        for name in ("sw-description", "sw-description.sig"):
            write_member(file, name, (folder / name).read_bytes())
        for name, data in members.items():
            write_member(file, name, data)
        file.write(archive_member("TRAILER!!!", 0, 0))
        file.write(b"\0" * (-file.tell() % 512))


def write_member(file, name, data):
    file.write(archive_member(name, len(data), byte_sum(data)))
    file.write(data + b"\0" * (-len(data) % 4))


def archive_member(name, data_size, checksum):
    """The head of a member in cpio's "crc" format, padded to four bytes."""
    fields = [1, 0o100644, 0, 0, 1, 0, data_size, 0, 0, 0, 0, len(name) + 1, checksum]
    head = b"070702" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4)


def byte_sum(data):
    """The sum of all bytes. For few enough bytes, the low half of Adler-32 is this sum plus
    one."""
    return sum((zlib.adler32(data[at:at + 256]) & 0xffff) - 1
               for at in range(0, len(data), 256)) & 0xffffffff
