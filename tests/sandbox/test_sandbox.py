# SPDX-License-Identifier: Apache-2.0
"""The worker of the built programs: which system calls it makes, and how an update ends on a
kernel without filters."""

import os
import re
import shutil
import subprocess

import pytest
from camera_fixture import SECONDS
from durability import needs_strace
from exchange import environment_of
from older_kernel import hide_close_range, hide_ends_of_processes, hide_filters
from process_table import descriptors
from upload import upload_request
from waiting_update import OTHER_GROUPS, facts, in_other_groups, limits, waiting_update

OPTIONAL = [("signature = off", "signature = off\nsandbox = optional")]
# Process, call, first argument; also a call that strace shows in two pieces, of which the first is
# `read(0,  <unfinished ...>`, and of a newer strace `read(0 <unfinished ...>`.
LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?:\(([^,) ]*)| resumed>)")


def documented(root):
    """The table of docs/sandbox.md: call, and the only descriptor for which it is allowed."""
    table = (root / "docs" / "sandbox.md").read_text().split("| call | with |")[1].split("\n\n")[0]
    found = {}
    for calls, conditions in re.findall(r"(?m)^\| (`.*`) \| (.*) \|$", table):
        descriptor = re.search(r"descriptor (\d)", conditions)
        for call in re.findall(r"`(\w+)`", calls):
            found[call] = descriptor and descriptor[1]
    return found


def in_source(root):
    text = (root / "src" / "update" / "worker" / "sandbox_seccomp.c").read_text()
    return set(re.findall(r"\bCALL\((\w+), \d", text))


def test_the_table_of_the_documentation_is_the_filter(root):
    assert set(documented(root)) == in_source(root)


def traced(camera, request, folder):
    """Runs `update` on a request; returns the lines of its trace for each process."""
    head, _, body = request.partition(b"\r\n\r\n")
    trace = folder / "trace"
    done = subprocess.run(
        ["strace", "-f", "-o", trace, camera.build / "src/cgi-bin/update"], input=body,
        env=environment_of(head, None, camera.configuration), capture_output=True, timeout=SECONDS)
    camera.settle()
    calls = {}
    for line in trace.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if found and "resumed>" not in line:
            calls.setdefault(found[1], []).append((found[2], found[3], line))
    return done.stdout, calls


def worker_of(calls):
    """The calls of the process that applied a filter to itself, from then on."""
    for made in calls.values():
        for i, (_, _, line) in enumerate(made):
            if re.search(r"(SECCOMP_SET_MODE_FILTER|SECCOMP_MODE_FILTER), (0, )?\{len=", line):
                return made[:i], made[i + 1:]
    raise AssertionError("no process applied a filter to itself")


def uploads(workshop):
    """Whole, refused early and late, damaged, and a body that never was a form."""
    image = workshop.image("V1.01.00", firmware=60000)
    whole = upload_request(image, "V1.01.00")
    middle = len(whole) - len(image) // 2
    return {
        "whole": whole,
        "three components": upload_request(
            workshop.image("V1.02.00", firmware=9000, device_resource=4000, hardware=300),
            "V1.02.00"),
        "large": upload_request(workshop.image("V1.03.00", firmware=700000), "V1.03.00"),
        "another name": upload_request(image, "V1.09.00"),
        "damaged": whole[:middle] + bytes(8) + whole[middle + 8:],
        "cut": whole[:middle],
        "no form": whole.replace(b"--cut", b"--cat"),
        "no image": upload_request(b"x" * 100000, "V1.01.00"),
    }


WHOLE = ("whole", "three components")
KINDS = [*WHOLE, "large", "another name", "damaged", "cut", "no form", "no image"]


@needs_strace
@pytest.mark.parametrize("kind", KINDS)
def test_the_worker_makes_no_other_call(cameras, workshop, root, tmp_path, kind):
    said, calls = traced(cameras(), uploads(workshop)[kind], tmp_path)
    assert said.endswith(b"OK\n") == (kind in WHOLE), said
    before, after = worker_of(calls)
    assert not any(call in ("read", "pread64", "readv") and first == "0"
                   for call, first, _ in before), "it read before the filter was applied"
    assert any(call == "read" and first == "0" for call, first, _ in after)
    allowed = documented(root)
    others = [line for call, first, line in after
              if call not in allowed or allowed[call] not in (None, first)]
    assert others == []
    assert after[-1][0] == "exit_group"


def test_the_worker_holds_the_body_and_a_pipe_and_no_right(cameras):
    with waiting_update(cameras(), kernel=in_other_groups) as (front, worker, installer):
        held = descriptors(worker)
        assert set(held) == {0, 1}
        assert held[0] == descriptors(front.pid)[0] and held[1] in descriptors(installer).values()
        told = facts(worker)
        assert told["NoNewPrivs"] == "1" and int(told["CapEff"], 16) == 0
        if os.geteuid() == 0:
            assert "0" not in told["Uid"].split() + told["Gid"].split()
            assert told["Groups"].strip() == ""
            assert facts(front.pid)["Groups"].split() == [str(group) for group in OTHER_GROUPS]
        held = limits(worker)
        assert held["Max data size"][1] == str(32 << 20)
        assert held["Max address space"][1] == str(256 << 20)
        assert held["Max cpu time"] == ["120", "121"]
        for name in ("Max file size", "Max core file size", "Max processes"):
            assert held[name] == ["0", "0"], name


def test_a_kernel_that_cannot_close_ranges_of_descriptors_is_good_enough(cameras, workshop):
    with waiting_update(cameras(), kernel=hide_close_range) as (_, worker, installer):
        assert set(descriptors(worker)) == {0, 1}
        assert not any("pipe:" in held or "socket:" in held
                       for number, held in descriptors(installer).items() if number < 3)
    assert upload(cameras(), uploads(workshop)["whole"], preexec_fn=hide_close_range) == "OK\n"


def test_a_kernel_whose_filters_end_threads_alone_is_good_enough(cameras, workshop, build):
    assert upload(cameras(), uploads(workshop)["whole"],
                  preexec_fn=hide_ends_of_processes) == "OK\n"
    done = subprocess.run([build / "tests/unit/update/test_update_front_processes"], timeout=SECONDS,
                          capture_output=True, text=True, preexec_fn=hide_ends_of_processes)
    assert done.returncode == 0, done.stderr


def upload(camera, request, **options):
    head, _, body = request.partition(b"\r\n\r\n")
    done = subprocess.run([camera.build / "src/cgi-bin/update"], input=body, capture_output=True,
                          env=environment_of(head, None, camera.configuration), timeout=SECONDS,
                          **options)
    camera.settle()
    return done.stdout.partition(b"\r\n\r\n")[2].decode()


def logged(camera):
    return [line for line in (camera.folder / "ram/run/log").read_text().splitlines()
            if "sandbox" in line]


def test_without_filters_no_upload_is_taken(cameras, workshop):
    camera = cameras()
    shutil.rmtree(camera.folder / "ram" / "run", ignore_errors=True)
    note = camera.note()
    said = upload(camera, uploads(workshop)["whole"], preexec_fn=hide_filters)
    assert said == ("ERROR: internal error: no sandbox: the kernel has no seccomp filter: build it "
                    "with CONFIG_SECCOMP_FILTER, or set [image] sandbox = optional\n")
    assert note.changes() == set() and not camera.was_asked_to_restart()


def test_without_filters_an_optional_one_is_missed_in_the_log(cameras, workshop):
    camera = cameras(replace=OPTIONAL)
    assert upload(camera, uploads(workshop)["whole"], preexec_fn=hide_filters) == "OK\n"
    assert logged(camera) == ["update: the worker runs without its sandbox's filter: the kernel has "
                              "no seccomp filter: build it with CONFIG_SECCOMP_FILTER"]


@needs_strace
def test_an_optional_filter_is_used_if_possible(cameras, workshop, tmp_path):
    camera = cameras(replace=OPTIONAL)
    said, calls = traced(camera, uploads(workshop)["whole"], tmp_path)
    assert said.endswith(b"OK\n") and worker_of(calls)
    assert logged(camera) == []


@pytest.mark.parametrize("replace, finding", [((), "error"), (OPTIONAL, "warning")])
def test_the_doctor_says_beforehand_that_there_are_no_filters(cameras, replace, finding):
    camera = cameras(replace=replace)
    program = camera.build / "src/ispup-camera/ispup-camera"
    lines = [subprocess.run([program, "-c", camera.configuration, "doctor"], capture_output=True,
                            text=True, timeout=SECONDS, preexec_fn=hidden).stdout.splitlines()
             for hidden in (None, hide_filters)]
    found = [[line for line in some if ": sandbox: " in line] for some in lines]
    assert found[0] == ["ok: sandbox: the kernel has seccomp filters"]
    assert len(found[1]) == 1 and found[1][0].startswith(f"{finding}: sandbox: ")
    assert "the kernel has no seccomp filter" in found[1][0]
