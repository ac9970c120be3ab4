# SPDX-License-Identifier: Apache-2.0
"""What the programs say of themselves."""

import re
import subprocess

OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*[a-z]|-[a-z])(?![\w-])")


def usage(build, program, *words):
    """`program` as the build folder has it."""
    done = subprocess.run([build / "src" / program, *words, "--help"], stdout=subprocess.PIPE,
                          text=True, check=True)
    return done.stdout


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
