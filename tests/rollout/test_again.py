# SPDX-License-Identifier: Apache-2.0
"""What a person does after a stop: retry, and what a plan refuses because it would never end."""

import os
import signal
import sqlite3
import subprocess
from pathlib import Path

from process_table import children, named_after
from rolling import FAST
from simulation import until


def test_retry_begins_failed_cameras_again(fleet):
    made = fleet(2, "--fault", "drop=20000@1")
    folder = made.plan("rollout", *FAST, "--budget", "100%")
    done = made.roll(folder)
    assert done.returncode in (1, 2), done
    assert made.outcomes(folder)[made.words[1]] == "done"
    wrong = made.run("rollout", "retry", folder, "admin@127.0.0.1:1")
    assert wrong.returncode == 64
    retried = made.run("rollout", "retry", folder, made.words[0])
    assert retried.stdout.startswith("1 camera begins again"), retried
    before = int(made.report(folder)[made.words[0]]["sends"])
    assert before == 2  # its record proves that the link broke: once more by itself
    made.roll(folder)
    assert int(made.report(folder)[made.words[0]]["sends"]) > before
    assert made.cameras[1].status()["ISP_UPDATE"] == "1"


def test_retry_after_the_deadline_has_a_deadline_of_its_own(fleet):
    made = fleet(1)
    made.write_list({"admin@127.0.0.1:9": "cellar"})
    folder = made.plan("rollout", *FAST, "--deadline", "1s")
    assert made.roll(folder).returncode == 1
    with sqlite3.connect(folder / "rollout.db") as database:
        database.execute("UPDATE value SET value = '7d' WHERE name = 'deadline'")
        database.execute("UPDATE value SET value = value - 8 * 86400 WHERE name = 'begun-at'")
    assert made.run("rollout", "retry", folder).returncode == 0
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: made.status(folder)["away"] == 1, "a wait")
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 4


def test_retry_asks_again_who_takes_part(fleet):
    made = fleet(1)
    twin = made.words[0].replace("127.0.0.1", "localhost")
    made.write_list({made.words[0]: "roof", twin: "roof"})
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 1
    assert made.run("rollout", "retry", folder).returncode == 0
    assert made.roll(folder).returncode == 1
    rows = made.report(folder).values()
    assert sorted((row["outcome"], row["sends"]) for row in rows) == [("done", "1"),
                                                                     ("not done", "0")]
    assert "same-id" in [row["code"] for row in rows]


def test_a_budget_that_is_exceeded_after_a_signal_is_a_stop(fleet):
    made = fleet(1, "--fault", "slow=20000", "--fault", "failing-probe")
    folder = made.plan("rollout", *FAST, "--budget", "0")
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: "sending" in [event["event"] for event in made.events(folder)], "an upload")
    child.send_signal(signal.SIGINT)
    assert child.wait(120) == 3


def test_waves_that_leave_cameras_out_are_refused(fleet):
    made = fleet(2)
    for waves in ("1", "50%"):
        folder = made.plan("rollout", "--waves", waves, "--offline")
        assert made.said.returncode == 64
        assert "end it with 100%" in made.said.stderr
        assert not folder.exists()
    made.plan("rollout", "--waves", "1,2", "--offline")
    assert made.said.returncode == 0


def test_a_window_that_is_never_long_enough_is_refused(fleet):
    made = fleet(1)
    made.plan("rollout", "--offline", "--window", "23:58-00:03", "--wait", "300s")
    assert made.said.returncode == 64
    assert "is not longer than --wait 300s" in made.said.stderr


def test_offline_needs_no_password(fleet):
    made = fleet(1)
    done = made.run("rollout", "plan", made.folder / "rollout", "--cameras", made.list, "--image",
                    made.image, "--offline")
    assert done.returncode == 0, done


def test_offline_refuses_a_user_that_the_run_would_refuse(fleet):
    made = fleet(1)
    made.write_list({"a&b@192.0.2.1": "roof"})
    folder = made.plan("rollout", "--offline")
    assert made.said.returncode == 64
    assert "user or password of 192.0.2.1 does not fit in a URL" in made.said.stderr
    assert not folder.exists()


def test_stop_and_retry_leave_an_ended_rollout_as_one_file(fleet):
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 0
    for word in ("stop", "retry"):
        assert made.run("rollout", word, folder).returncode == 0
        assert (folder / "rollout.db").read_bytes()[18:20] == b"\1\1"  # 2 is WAL


def test_a_raised_budget_takes_failures_with_one_code_too(fleet):
    made = fleet(3, "--fault", "failing-probe@1")
    folder = made.plan("rollout", *FAST, "--budget", "1", "--budget-same", "0", "-j", "1")
    assert made.roll(folder).returncode == 3
    assert made.roll(folder, "--budget", "1", "--because", "a test").returncode == 1
    assert sorted(made.outcomes(folder).values()) == ["done", "done", "not done"]


def test_a_run_that_can_write_nothing_is_paused(fleet):
    made = fleet(1, "--fault", "slow=20000")
    folder = made.plan("rollout", *FAST)
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: "sending" in [event["event"] for event in made.events(folder)], "an upload")
    with sqlite3.connect(folder / "rollout.db") as database:
        database.execute("BEGIN IMMEDIATE")
        assert child.wait(120) == 4
    done = made.roll(folder)  # `database` still has it open
    assert done.returncode == 0, done
    assert "another program reads it" in done.stderr


def stop_of(folder):
    with sqlite3.connect(folder / "rollout.db") as database:
        return database.execute("SELECT value FROM value WHERE name = 'stop'").fetchone()[0]


def test_a_stop_holds_while_a_person_types_the_password(fleet):
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    assert made.run("rollout", "stop", folder).returncode == 0  # before the run: it is over with it
    child = subprocess.Popen([made.ispup, "rollout", "run", folder, "--password-fd", "0"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    until(lambda: stop_of(folder) == "0", "the run")
    assert made.run("rollout", "stop", folder).returncode == 0
    said, _ = child.communicate("123456\n", timeout=60)
    assert child.returncode == 4, said
    assert "paused by ispup rollout stop" in said
    assert made.cameras[0].status()["ISP_UPDATE"] == "0"
    assert made.roll(folder).returncode == 0


def is_at(process, place):
    """Whether it waits in this function of the kernel."""
    return place in Path(f"/proc/{process}/wchan").read_text()


def signal_all(processes, number):
    for process in processes:
        os.kill(process.number, number)


def test_no_upload_begins_after_a_stop(fleet):
    """The process of the camera asks the run before it sends the first byte. The run hears that only
    after the stop."""
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    camera = named_after(made.cameras[0].folder)
    signal_all(camera, signal.SIGSTOP)
    run = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: children(run.pid) and is_at(run.pid, "poll"), "the camera's process")
    run.send_signal(signal.SIGSTOP)
    signal_all(camera, signal.SIGCONT)
    until(lambda: is_at(children(run.pid)[0].number, "unix_stream"), "its question")
    stopped = made.run("rollout", "stop", folder)
    run.send_signal(signal.SIGCONT)
    assert run.wait(120) == 4
    assert stopped.returncode == 0, stopped
    assert made.cameras[0].status()["ISP_UPDATE"] == "0"


def test_a_stop_holds_while_uploads_of_a_killed_run_go_on(fleet):
    made = fleet(2, "--fault", "slow=4000@1")
    folder = made.plan("rollout", *FAST, "-j", "1")
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: "sending" in [event["event"] for event in made.events(folder)], "an upload")
    child.kill()
    child.wait()
    refused = made.run("rollout", "retry", folder)
    assert refused.returncode == 1
    assert "uploads of a run that was killed go on" in refused.stderr
    assert "rollout stop" not in refused.stderr
    second = subprocess.Popen([made.ispup, "rollout", "run", folder, "--password-fd", "0"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    assert "waiting for their end" in second.stderr.readline()
    assert made.run("rollout", "stop", folder).returncode == 0
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 4
    assert "paused by ispup rollout stop" in said
    assert made.roll(folder).returncode == 0
    assert [camera.status()["ISP_UPDATE"] for camera in made.cameras] == ["1", "1"]
