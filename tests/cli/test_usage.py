# SPDX-License-Identifier: Apache-2.0
"""The command line: an error in it is reported in one line, with exit status 64."""

import subprocess

import pytest

VERBS = ["keygen", "pack", "sign", "inspect", "verify", "push", "status", "confirm", "rollback",
         "simulate"]


@pytest.mark.parametrize("words, said", [
    ([], "usage: ispup VERB"),
    (["frobnicate"], "ispup: unknown verb frobnicate"),
    (["--frobnicate"], "ispup: unknown option --frobnicate"),
    (["keygen", "more"], "ispup keygen: unexpected argument: more"),
    (["keygen", "-o"], "ispup keygen: -o needs a value"),
    (["keygen", "-o", ""], "ispup keygen: --output needs a value, not an empty one"),
    (["inspect", ""], "ispup inspect: an argument is empty"),
    (["sign", "x.bin", "--key", ""], "ispup sign: --key needs a value, not an empty one"),
    (["push", "x.bin", "a", "--keys="], "ispup push: --keys needs a value, not an empty one"),
    (["simulate", "--folder", ""], "ispup simulate: --folder needs a value, not an empty one"),
    (["keygen", "-o", "a", "-o", "b"], "ispup keygen: --output is given twice"),
    (["sign", "x.bin"], "ispup sign: needs --key or --signature"),
    (["sign", "--key", "k"], "ispup sign: needs an image"),
    (["sign", "x.bin", *["--key", "k"] * 5], "ispup sign: --key is given more than 4 times"),
    (["inspect"], "ispup inspect: needs an image"),
    (["inspect", "a", "--format=kv", "--json"],
     "ispup inspect: --format and --json cannot be used together"),
    (["inspect", "a", "--format=xml"], "ispup inspect: --format is kv, not xml"),
    (["inspect", "a", "--form=kv"], "ispup inspect: unknown option --form=kv"),
    (["verify", "x.bin"], "ispup verify: needs --platform"),
    (["verify", "--platform", "0300"], "ispup verify: needs an image"),
    (["verify", "x.bin", "--platform", "03000"], "ispup verify: --platform is 4 of A-Z and 0-9"),
    (["verify", "x.bin", "--platform", "0300", "--downgrade-from", "1"],
     "ispup verify: --downgrade-from is a version such as V1.00.00"),
    (["status"], "ispup status: needs a camera"),
    (["status", "a", "-j", "0"], "ispup status: --jobs is a number from 1 to 256, not 0"),
    (["status", "a", "--cacert", "/dev/null", "--insecure"],
     "ispup status: --cacert and --insecure cannot be used together"),
    (["push", "x.bin", "a", "--cacert", "/dev/null", "--insecure"],
     "ispup push: --cacert and --insecure cannot be used together"),
    (["push"], "ispup push: needs an image and a camera"),
    (["push", "x.bin"], "ispup push: needs a camera"),
    (["push", "x.bin", "a", "--json=1"], "ispup push: --json takes no value"),
    (["push", "x.bin", "a", "--check", "--check"], "ispup push: --check is given twice"),
    (["push", "x.bin", "a", "--json", "--quiet"],
     "ispup push: --json and --quiet cannot be used together"),
    (["push", "x.bin", "a", "--limit-rate", "1K"], "ispup push: --limit-rate is bytes a second"),
    (["push", "x.bin", "a", "--wait", "0"], "ispup push: --wait is a number from 1 to 86400"),
    (["push", "x.bin", "admin:secret@a"], "ispup push: a camera is [http://|https://][USER@]HOST[:PORT]"),
    (["push", "x.bin", "a/cgi-bin"], "ispup push: a camera is [http://|https://][USER@]HOST[:PORT]"),
    (["push", "x.bin", "u@a", "http://A:80"], "ispup push: the 2nd camera: A is given twice"),
    (["verify", "x.bin", "-p", "0300"], "ispup verify: unknown option -p"),
])
def test_a_mistake_is_told_with_status_64(ispup, words, said):
    done = ispup.run(*words)
    assert (done.status, done.out) == (64, "")
    assert done.err.startswith(said)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(ispup, verb):
    done = ispup.ok(verb, "--help")
    assert done.out.startswith(f"usage: ispup {verb} ")
    assert done.err == ""


def test_help_names_every_verb(ispup):
    out = ispup.ok("--help").out
    assert "2 unknown outcome or not readable (inspect,\nverify)" in out
    for verb in VERBS:
        assert f"  {verb} " in out


def test_says_its_version(ispup):
    assert ispup.ok("--version").out.startswith("ispup 0.")


def test_options_and_operands_come_in_any_order(ispup):
    image = ispup.pack()
    for words in ([image, "--platform", "0300"], ["--platform=0300", image],
                  ["--platform", "0300", "--", image]):
        assert ispup.ok("verify", *words).out == "OK, signature not checked\n"


def test_what_cannot_be_printed_is_a_failure(ispup):
    image = ispup.pack()
    for words in (f"verify {image} --platform 0300", f"inspect {image}", "--version", "--help"):
        with open("/dev/full", "w") as full:
            done = subprocess.run([ispup.program, *words.split()], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        assert done.returncode == 1
        assert "cannot write to standard output" in done.stderr
