# SPDX-License-Identifier: Apache-2.0
"""bash completes what the programs accept, and nothing else."""

import os
import re
import select
import subprocess
import time

import pytest
from terminal import fork
from usage import fault_kinds, options, usage, verbs

SECONDS = 60  # what takes this long hangs


@pytest.fixture
def complete(root, tmp_path):
    """The words that bash offers for the last of these words."""
    def run(*words):
        program = words[0]
        function = f"_{program.replace('-', '_')}"
        script = ('source "$0" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && '
                  f'{function} && printf "%s\\n" "${{COMPREPLY[@]}}"')
        done = subprocess.run(["bash", "--norc", "-c", script, root / "completion" / program,
                               *words], cwd=tmp_path, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return set(done.stdout.split())
    return run


def test_every_verb_of_ispup(build, complete):
    assert complete("ispup", "") == {*verbs(build), "--help", "--version"}
    assert complete("ispup", "ver") == {"verify"}


def test_every_option_of_every_verb_of_ispup(build, complete):
    for verb in verbs(build):
        offered = complete("ispup", verb, "-")
        assert {word.split("=")[0] for word in offered} == \
            options(usage(build, "ispup/ispup", verb)) | {"--help"}, verb


def takes_value(said, option):
    """Options as the usage lists them: `--option WORD`, `-o, --option WORD`."""
    return re.search(rf"(?<![\w-]){option}(, --[a-z-]+)? [A-Z]", said) is not None


def test_after_an_option_that_takes_a_value_comes_no_other(build, complete):
    for verb in verbs(build):
        said = usage(build, "ispup/ispup", verb)
        for option in options(said) - {"--format"}:
            offered = complete("ispup", verb, option, "-")
            assert ("--help" in offered) != takes_value(said, option), (verb, option)


def test_every_fault(build, complete):
    assert {word.strip("=") for word in complete("ispup", "simulate", "--fault", "")} == \
        fault_kinds(build)
    assert complete("ispup", "simulate", "--fault", "=", "no") == {"no-restart"}
    assert complete("ispup", "simulate", "--fault", "=") == \
        complete("ispup", "simulate", "--fault", "")


def test_files_and_folders(complete, tmp_path):
    (tmp_path / "image.bin").write_text("")
    (tmp_path / "images").mkdir()
    assert complete("ispup", "push", "ima") == {"image.bin", "images"}
    assert complete("ispup", "verify", "x", "--keys", "ima") == {"images"}
    assert complete("ispup", "pack", "-o", "ima") == {"images"}
    assert complete("ispup", "pack", "--firmware", "=", "ima") == {"image.bin", "images"}
    assert complete("ispup-camera", "install", "ima") == {"image.bin", "images"}
    assert complete("ispup-camera", "-c", "ima") == {"image.bin", "images"}
    assert complete("ispup", "simulate", "ima") == set()


def test_every_verb_of_ispup_camera_and_each_of_its_options(build, complete):
    said = usage(build, "ispup-camera/ispup-camera")
    lines = dict(re.findall(r"(?m)^  ([a-z]+) (.*)$", said))
    offered = complete("ispup-camera", "")
    assert offered == {*lines, "-c", "--help", "--version"}
    assert complete("ispup-camera", "-c", "x", "") >= set(lines)
    for verb, arguments in lines.items():
        assert {word for word in complete("ispup-camera", verb, "-")} == options(arguments), verb


def test_every_verb_of_ispup_camera_explains_itself(build):
    lines = dict(re.findall(r"(?m)^  ([a-z]+) (.*)$", usage(build, "ispup-camera/ispup-camera")))
    for verb, arguments in lines.items():
        said = usage(build, "ispup-camera/ispup-camera", verb)
        assert said.startswith(f"usage: ispup-camera [-c FILE] {verb}"), said
        assert options(said) - {"-c"} == options(arguments), verb


def test_words_after_a_verb_of_ispup_camera(complete):
    assert complete("ispup-camera", "active", "") == {"firmware", "device-resource", "hardware"}
    assert complete("ispup-camera", "account", "r") == {"remove"}
    assert complete("ispup-camera", "account", "add", "x", "--level", "") == {"root", "user"}
    assert complete("ispup-camera", "-c", "x", "rollback", "--") == {"--settings"}


def test_a_terminal_completes(root, tmp_path):
    """A real bash, with the tab key."""
    pid, terminal = fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.environ.update(PS1="> ", TERM="dumb", INPUTRC="/nonexistent")
        os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
    os.write(terminal, f"source '{root}/completion/ispup'\n".encode()
             + b"ispup() { printf '<%s>' \"$@\" >took; }\n"
             + b"ispup simu\t--cou\t5 --fault restart-l\t\nexit\n")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if select.select([terminal], [], [], 1)[0] and not os.read(terminal, 4096):
                break
        except OSError:
            break  # it has ended
    os.close(terminal)
    os.waitpid(pid, 0)
    assert (tmp_path / "took").read_text().startswith("<simulate><--count><5><--fault><restart-loop")
