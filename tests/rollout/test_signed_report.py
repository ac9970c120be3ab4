# SPDX-License-Identifier: Apache-2.0
"""`ispup rollout report --key` and `ispup verify --report`: what was altered is found."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess

import pytest
from rolling import FAST

FIELDS = ("time", "camera", "event")


@pytest.fixture
def signed(fleet):
    """A rollout that has ended, and its events, signed with the key whose public half is in keys/."""
    made = fleet(1)
    made.rollout = made.plan("rollout", *FAST)
    assert made.roll(made.rollout).returncode == 0
    for kind, name in (("report", "audit"), ("report", "other"), ("image", "image")):
        assert made.run("keygen", "--for", kind, "-o", made.folder / name).returncode == 0
    made.keys = made.folder / "keys"
    made.keys.mkdir()
    shutil.copy(made.folder / "audit.public.pem", made.keys / "audit.pem")
    made.file = made.folder / "report.jsonl"
    made.file.write_text(sign(made, "audit").stdout)
    return made


def sign(made, name, *words):
    return made.run("rollout", "report", made.rollout, "--format", "jsonl", "--key",
                    made.folder / f"{name}.private.pem", *words)


def verify(made, *words):
    return made.run("verify", "--report", made.file, *words)


def refusal(made, *words):
    done = verify(made, *(words or ("--keys", made.keys)))
    assert (done.returncode, done.stdout.count("\n")) == (1, 1), done
    assert done.stdout.startswith("refused: ")
    return done.stdout


def test_a_signed_report_is_unaltered_since_and_that_is_all(signed):
    done = verify(signed, "--keys", signed.keys)
    events = len(signed.events(signed.rollout))
    assert done.returncode == 0, done
    first, second = done.stdout.splitlines()
    assert re.fullmatch(rf"OK, {events} events, unaltered since 20\d\d-\S+Z, when [0-9a-f]{{16}} "
                        "signed them", first)
    assert second.startswith("This proves no more: ")
    said = json.loads(verify(signed, "--keys", signed.keys, "--json").stdout)
    assert (said["outcome"], said["events"], said["signature"]) == ("ok", events, "good")
    assert verify(signed).stdout == f"OK, {events} events, signature not checked\n"


def test_standard_input_and_several_reports(signed):
    done = subprocess.run([signed.ispup, "verify", "--report", "-", "--report", signed.file, "--report",
                           signed.folder / "none"], input=signed.file.read_text(), text=True,
                          capture_output=True)
    assert done.returncode == 2
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["-", str(signed.file)]
    assert "cannot open" in done.stderr


@pytest.mark.parametrize("alter", [
    lambda lines: lines[:1] + lines[2:],
    lambda lines: [lines[1], lines[0], *lines[2:]],
    lambda lines: [*lines[:2], lines[1], *lines[2:]],
    lambda lines: [lines[0].replace('"number":1', '"number":2'), *lines[1:]],
    lambda lines: [line.replace("done", "DONE") for line in lines],
    lambda lines: [*lines[:-2], lines[-1]],
    lambda lines: [*lines, lines[0]],
    lambda lines: [line.replace('"hash":"', '"hash":"0') for line in lines],
    lambda lines: [*lines[:2], "", *lines[2:]],
    lambda lines: [line + "\r" for line in lines],
    lambda lines: ["x" * 70000, *lines],
    lambda lines: [],
], ids=["removed", "reordered", "twice", "number", "altered", "last-event", "added", "hash", "empty",
        "line-ends", "long", "nothing"])
def test_an_altered_report_is_refused(signed, alter):
    lines = signed.file.read_text().splitlines()
    signed.file.write_text("".join(f"{line}\n" for line in alter(lines)), newline="")
    refusal(signed)


def test_a_report_that_ends_early_is_refused(signed):
    whole = signed.file.read_bytes()
    for size in (len(whole) - 2, len(whole) // 2, 1):
        signed.file.write_bytes(whole[:size])
        refusal(signed)
    # After a whole line only the signature tells.
    signed.file.write_bytes(b"".join(whole.splitlines(True)[:-1]))
    assert "not signed, or the end of it is missing" in refusal(signed)
    assert verify(signed).returncode == 0


def test_events_that_are_hashed_anew_are_refused(signed):
    *events, signature = signed.file.read_text().splitlines()
    before, lines = "", []
    for line in (line.replace('"outcome":"done"', '"outcome":"fine"') for line in events):
        before = chained(before, line)
        lines.append(re.sub(r'"hash":"\w+"', f'"hash":"{before}"', line))
    signed.file.write_text("\n".join([*lines, signature, ""]))
    assert "another end" in refusal(signed)
    signature = re.sub(r'"last":"\w+"', f'"last":"{before}"', signature)
    signed.file.write_text("\n".join([*lines, signature, ""]))
    assert "is not good for this report" in refusal(signed)


def chained(before, line):
    """As docs/rollout.md tells it to other programs."""
    event = json.loads(line)
    rest = line[line.index(event["hash"]) + 65:].lstrip(",")
    fields = (before, *(event.get(name, "") for name in FIELDS), "{" + rest)
    return hashlib.sha256("".join(f"{field}\0" for field in fields).encode()).hexdigest()


def test_other_programs_can_check_it(signed):
    *events, last = signed.file.read_text().splitlines()
    before = ""
    for line in events:
        before = chained(before, line)
        assert before == json.loads(line)["hash"]
    said = json.loads(last)
    assert (said["last"], said["events"]) == (before, len(events))
    (signed.folder / "text").write_text(f"{said['signed']}\nevents = {said['events']}\n"
                                        f"last = {said['last']}\ntime = {said['time']}\n")
    assert (signed.folder / "text").read_text().startswith("ispup-report-1\n")
    (signed.folder / "signature").write_bytes(base64.b64decode(said["signature"], validate=True))
    key = (signed.folder / "audit.public.pem").read_text()
    (signed.folder / "key").write_text(key.replace("ISPUP REPORT ", ""))
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key", "-in",
                           "text", "-sigfile", "signature"], cwd=signed.folder, capture_output=True)
    assert b"Verified Successfully" in done.stdout


def test_each_verb_refuses_the_wrong_key(signed):
    public = "is a public key, a private one belongs here"
    for_images = "is a key for images, one for reports belongs here"
    done = sign(signed, "image")
    assert (done.returncode, done.stdout) == (1, "")
    assert for_images in done.stderr
    shutil.copy(signed.folder / "audit.public.pem", signed.folder / "public.private.pem")
    assert public in sign(signed, "public").stderr
    assert "cannot open" in sign(signed, "none").stderr
    signed.file.write_text(sign(signed, "other").stdout)
    assert "signed with the unknown key " in refusal(signed)
    shutil.copy(signed.folder / "image.public.pem", signed.keys / "image.pem")
    shutil.copy(signed.folder / "other.private.pem", signed.keys / "other.pem")
    done = verify(signed, "--keys", signed.keys)
    assert done.returncode == 1
    assert for_images in done.stderr
    assert "is a private key, a public one belongs here" in done.stderr
    for_reports = "is a key for reports, one for images belongs here"
    for words in (["pack", "--platform", "0300", "--version", "V1.00.00", "--firmware", signed.file],
                  ["sign", signed.image]):
        done = signed.run(*words, "--key", signed.folder / "audit.private.pem")
        assert done.returncode == 1
        assert for_reports in done.stderr


def test_a_key_for_reports_makes_no_image_good(signed):
    done = signed.run("verify", signed.image, "--platform", "0300", "--keys", signed.keys)
    assert done.returncode == 1
    assert "is a key for reports, one for images belongs here" in done.stderr


@pytest.mark.parametrize("words, said", [
    (["--platform", "0300"], "--report takes no image"),
    (["an-image.bin"], "--report takes no image"),
    (["--downgrade-from", "V1.00.00"], "--report takes no image"),
])
def test_a_report_is_no_image(fleet, words, said, tmp_path):
    made = fleet(1)
    done = made.run("verify", "--report", tmp_path / "none", *words)
    assert done.returncode == 64
    assert said in done.stderr


@pytest.mark.parametrize("form", ["csv", "html"])
def test_only_the_events_can_be_signed(signed, form):
    done = signed.run("rollout", "report", signed.rollout, "--format", form, "--key",
                      signed.folder / "audit.private.pem")
    assert (done.returncode, done.stdout) == (64, "")
    assert "--key signs the events: it needs --format jsonl" in done.stderr


def test_a_rollout_under_way_can_be_signed(fleet):
    made = fleet(1)
    made.rollout = made.plan("rollout", *FAST)
    assert made.run("keygen", "--for", "report", "-o", made.folder / "audit").returncode == 0
    made.file = made.folder / "report.jsonl"
    made.file.write_text(sign(made, "audit").stdout)
    (made.folder / "keys").mkdir()
    os.rename(made.folder / "audit.public.pem", made.folder / "keys" / "audit.pem")
    assert "OK, 1 events" in verify(made, "--keys", made.folder / "keys").stdout


def test_the_plan_is_an_event(fleet):
    """Its policy and its images are part of what the signature holds."""
    made = fleet(2)
    newer = made.newer_image()
    made.cameras[0].upload(newer)
    made.cameras[0].wait_for(ISP_STATE="confirmed")
    folder = made.plan("rollout", *FAST, "--budget", "7")
    planned, left_out = made.events(folder)
    assert planned["policy"]["budget"] == "7" and planned["policy"]["canary"] == "0"
    assert planned["cameras"] == 2
    assert planned["images"] == {made.image.name: hashlib.sha256(made.image.read_bytes()).hexdigest()}
    assert (left_out["event"], left_out["camera"], left_out["code"]) == ("left-out", made.words[0], "older")


def test_an_address_with_quotes_stands_in_its_events(fleet):
    made = fleet(1)
    word = made.words[0].replace("admin", 'adm"i\\n')
    made.write_list({word: "roof"})
    made.rollout = made.plan("rollout", *FAST, "--offline")
    assert made.roll(made.rollout).returncode == 1
    assert {event["camera"] for event in made.events(made.rollout) if "camera" in event} == {word}
    made.file = made.folder / "report.jsonl"
    made.file.write_text(made.run("rollout", "report", made.rollout, "--format", "jsonl").stdout)
    assert verify(made).returncode == 0
