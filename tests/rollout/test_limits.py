# SPDX-License-Identifier: Apache-2.0
"""A disk without room, a folder that cannot be written, an unknown outcome, the whole policy."""

import shutil
import subprocess

import pytest
from namespace import may_mount
from rolling import FAST
from simulation import until

# A file system of that size on the folder, for the command alone; `ro` at the end: only to be read.
ON_A_DISK = '''
mount -t tmpfs -o size=$1,mode=700 none "$2" && cp -a "$3/." "$2/" && mount -o remount,$4 "$2" || exit 99
shift 4
"$@"
status=$?
cp -a "$FOLDER/." "$KEPT/"
exit $status
'''
needs_mounts = pytest.mark.skipif(not may_mount(), reason="file systems cannot be mounted here")


def roll_on(made, folder, size, way, *words):
    """Runs `ispup rollout WORDS` on a copy of the folder on such a disk, which is kept afterwards."""
    kept = made.folder / "kept"
    shutil.copytree(folder, kept)
    place = made.folder / "disk"
    place.mkdir()
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", ON_A_DISK, "sh", size, place, kept, way, made.ispup,
         "rollout", words[0], place, *words[1:]], input="123456\n", text=True, capture_output=True,
        env={"FOLDER": str(place), "KEPT": str(kept), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        timeout=120), kept


@needs_mounts
def test_a_full_disk_pauses_it_and_nothing_is_lost(fleet):
    made = fleet(12)
    folder = made.plan("rollout", *FAST)
    used = sum(-(-path.stat().st_size // 4096) * 4 for path in folder.iterdir())
    done, kept = roll_on(made, folder, f"{used + 120}k", "rw", "run", "--password-fd", "0")
    assert done.returncode == 4, done
    assert "rollout.db: " in done.stderr and done.stderr.count("\n") == 1
    after = made.roll(kept)
    assert after.returncode == 0, after
    assert [camera.status()["ISP_UPDATE"] for camera in made.cameras] == ["1"] * 12


@needs_mounts
def test_a_folder_that_cannot_be_written(fleet):
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    done, _ = roll_on(made, folder, "4m", "ro", "run", "--password-fd", "0")
    assert done.returncode == 1
    assert "Read-only file system" in done.stderr and done.stderr.count("\n") == 1
    assert made.cameras[0].status()["ISP_UPDATE"] == "0"


@needs_mounts
@pytest.mark.parametrize("words", [["status"], ["report", "--format", "csv"],
                                   ["report", "--format", "jsonl"], ["report", "--format", "html"]])
def test_an_ended_rollout_is_read_on_a_disk_that_cannot_be_written(fleet, words):
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 0
    done, _ = roll_on(made, folder, "4m", "ro", *words)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "done" in done.stdout


def test_an_unknown_outcome_is_exit_2(fleet):
    made = fleet(1, "--fault", "no-restart")
    folder = made.plan("rollout", "--canary", "0", "--waves", "100%", "--soak", "0s", "--budget",
                       "100%", "--wait", "5s")
    done = made.roll(folder)
    assert done.returncode == 2, done
    assert list(made.outcomes(folder).values()) == ["unknown"]
    assert made.roll(folder).returncode == 2  # it has ended, and says so again


def test_a_canary_that_is_off_is_replaced_by_the_next(fleet):
    made = fleet(2)
    made.write_list({"admin@127.0.0.1:9": "cellar", **{word: "roof" for word in made.words}})
    folder = made.plan("rollout", "--canary", "1", "--waves", "100%", "--soak", "0s", "--wait", "60s",
                       "--approve")
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    assert child.wait(120) == 4
    sent = [event["camera"] for event in made.events(folder) if event["event"] == "sending"]
    assert sent == [made.words[0]]
    assert made.status(folder)["away"] == 1
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: made.status(folder)["done"] == 2, "the others")
    child.terminate()
    assert child.wait(120) == 4


POLICY = {"canary": ("1", "3"), "waves": ("5%,25%,100%", "1,50%,100%"), "soak": ("10m", "2h"),
          "budget": ("2%", "7"), "budget-same": ("-", "2"), "approve": ("no", None),
          "jobs": ("16", "9"), "per-site": ("4", "2"), "rate": ("-", "2M"), "site-rate": ("-", "500K"),
          "window": ("-", "22:00-05:00"), "tries": ("5", "6"), "deadline": ("7d", "12h"),
          "wait": ("300s", "10m"), "stall": ("60s", "90s"), "without-record": ("no", None),
          "allow-older": ("no", None), "insecure": ("no", None)}


def printed(said):
    """The policy that `plan` printed."""
    lines = said.partition("policy:\n")[2].splitlines()
    return dict(line.split() for line in lines if line.startswith("  "))


def test_plan_freezes_and_prints_each_policy(fleet):
    made = fleet(3)
    for number, given in enumerate([[], list(POLICY), *([name] for name in POLICY)]):
        words = [word for name in given for word in (f"--{name}", POLICY[name][1]) if word]
        folder = made.plan(f"rollout-{number}", "--offline", *words)
        assert made.said.returncode == 0, made.said
        wanted = {name: (value[1] or "yes") if name in given else value[0]
                  for name, value in POLICY.items()}
        assert printed(made.said.stdout) == wanted, given
        frozen = made.events(folder)[0]["policy"]
        assert {name: value or "-" for name, value in frozen.items()} == wanted, given
