# SPDX-License-Identifier: Apache-2.0
"""The contents of the built programs."""

import re
import subprocess

import pytest

# The table of the machine's store. Its users get a pointer that is not const, but none writes.
NEVER_WRITTEN = {"machine"}
ON_CAMERA = ["cgi-bin/update", "cgi-bin/system", "ispupd/ispupd", "ispup-camera/ispup-camera"]


def tool(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, check=True,
                          text=True)
    return done.stdout


def built(build, program):
    path = build / "src" / program
    assert path.is_file(), f"{path} is not built"
    return path


def variables(objdump):
    """Names in sections that a process can write to. Tables of addresses do not count: the loader
    fills them in and then makes them read-only."""
    for line in objdump.splitlines():
        match = re.match(r"[0-9a-f]+ .{7} (\S+)\t[0-9a-f]+ +(?:\.hidden )?(\S+)$", line)
        if match and not match[2].startswith("."):
            section = match[1]
            if section == "*COM*" or (re.match(r"\.(data|bss|tdata|tbss)\b", section)
                                      and not section.startswith(".data.rel.ro")):
                yield match[2]


def test_no_variable_outlives_a_function(build):
    objects = sorted((build / "src").glob("**/*.o"))
    assert objects
    found = {str(path.relative_to(build)): sorted(variables(tool("objdump", "-t", path)))
             for path in objects}
    # A sanitizer's own tables have names of its own.
    assert {name: names for name, names in found.items()
            if [n for n in names if not n.startswith("__")
                and n.split(".")[0] not in NEVER_WRITTEN]} == {}


def test_this_test_sees_a_variable(tmp_path):
    source = tmp_path / "x.c"
    source.write_text("int common; static int zero; int one = 1; const int two = 2;\n"
                      "static const char *const table[] = {\"a\"};\n"
                      "const char *f(int i);\n"
                      "const char *f(int i) { static int calls; zero++; return table[i + calls++]; }\n")
    tool("gcc", "-fPIE", "-c", source, "-o", tmp_path / "x.o")
    names = {name.split(".")[0] for name in variables(tool("objdump", "-t", tmp_path / "x.o"))}
    assert names == {"common", "zero", "one", "calls"}


@pytest.mark.parametrize("program", ON_CAMERA)
def test_a_camera_links_nothing_that_only_hosts_need(build, program):
    path = built(build, program)
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", tool("readelf", "-dW", path))
    assert [name for name in needed if "curl" in name] == []


# Our function, and those that it uses: Hogweed's functions that make a signature or a public key.
SIGNING = r"\S*(?:ed25519\S*_sign|eddsa\S*_sign|\S*_public_key|signing_|image_build|gzip_writer)\S*"


@pytest.mark.parametrize("program", ON_CAMERA)
def test_a_camera_can_sign_nothing(build, program):
    assert re.findall(SIGNING, tool("nm", built(build, program))) == []


def test_this_test_sees_signing_code(build):
    found = " ".join(re.findall(SIGNING, tool("nm", built(build, "ispup/ispup"))))
    for name in ("signing_sign", "signing_key_parse", "ed25519_sha512_sign", "_public_key"):
        assert name in found


@pytest.mark.parametrize("program", ON_CAMERA + ["ispup/ispup"])
def test_a_program_is_hardened(build, program):
    path = built(build, program)
    dynamic = tool("readelf", "-dW", path)
    segments = tool("readelf", "-lW", path)
    # Functions of the C library that only -fstack-protector and _FORTIFY_SOURCE call.
    called = re.findall(r"U (\w+)@", tool("nm", "-D", path))
    assert "NOW" in dynamic and "PIE" in dynamic and "GNU_RELRO" in segments
    assert re.search(r"GNU_STACK.* RW +0x", segments)
    assert "__stack_chk_fail" in called and "__snprintf_chk" in called
