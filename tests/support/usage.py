# SPDX-License-Identifier: Apache-2.0
"""The help texts of the programs."""

import re
import subprocess

OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*[a-z]|-[a-z])(?![\w-])")


def usage(build, program, *words):
    """`program` in the build folder. A verb with verbs of its own: with theirs."""
    done = subprocess.run([build / "src" / program, *words, "--help"], stdout=subprocess.PIPE,
                          text=True, check=True)
    inner = re.findall(r"(?m)^  ([a-z]+) ", done.stdout) if " VERB DIR" in done.stdout else []
    return done.stdout + "".join(usage(build, program, *words, verb) for verb in inner)


def verbs(build):
    """Of ispup."""
    found = re.findall(r"(?m)^  ([a-z]+) ", usage(build, "ispup/ispup"))
    assert len(found) > 4
    return found


def options(text):
    """Long and short ones, without their dashes' company."""
    return {option for option in OPTION.findall(text)}


def fault_kinds(build):
    """Of ispup simulate."""
    table = usage(build, "ispup/ispup", "simulate").partition("\nFaults:\n")[2]
    found = set(re.findall(r"(?m)^  ([a-z-]+)(?:=N)? ", table))
    assert len(found) > 5
    return found
