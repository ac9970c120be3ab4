# SPDX-License-Identifier: Apache-2.0
"""Plans, runs, stops, reports: `ispup rollout` over simulated cameras."""

import hashlib
import os
import signal
import sqlite3
import stat
import time

import pytest
from rolling import FAST
from simulation import until
from terminal import Terminal


def test_waves_in_order_and_every_camera_confirmed(fleet):
    made = fleet(6, sites=2)
    folder = made.plan("rollout", "--soak", "1s", "--waves", "50%,100%", "--wait", "60s")
    assert made.said.returncode == 0, made.said
    assert "planned: 6 of 6 cameras, 1 image" in made.said.stdout
    done = made.roll(folder)
    assert (done.returncode, done.stderr) == (0, ""), done
    events = made.events(folder)
    order = [event["camera"] for event in events if event["event"] == "sending"]
    assert order[0] == made.words[0]
    assert set(order[:3]) == set(made.words[:3])
    kinds = [event["event"] for event in events if "camera" not in event]
    assert kinds == ["planned", "run", "soak", "wave", "soak", "wave", "soak", "over"]
    rows = made.report(folder)
    assert {row["outcome"] for row in rows.values()} == {"done"}
    for camera, word in zip(made.cameras, made.words):
        status = camera.status()
        assert rows[word]["id"] == status["CAMERA_ID"]
        assert rows[word]["boot_after"] == status["BOOT_ID"]
        assert rows[word]["image_sha256"] == status["ISP_IMAGE_SHA256"]
        assert rows[word]["update"] == status["ISP_UPDATE"] == "1"
    again = made.roll(folder)
    assert again.returncode == 0
    assert [camera.status()["ISP_UPDATE"] for camera in made.cameras] == ["1"] * 6


def test_a_failed_canary_stops_before_any_other_camera(fleet):
    made = fleet(4, "--fault", "failing-probe@1")
    folder = made.plan("rollout", "--soak", "0s", "--wait", "60s")
    done = made.roll(folder)
    assert done.returncode == 3, done
    assert "canary" in done.stdout
    assert sorted(made.outcomes(folder).values()) == ["not done", "waiting", "waiting", "waiting"]
    refused = made.roll(folder)
    assert refused.returncode == 1
    assert "stopped by the budget" in refused.stderr
    lone = made.roll(folder, "--budget", "1")
    assert lone.returncode == 64
    done = made.roll(folder, "--budget", "1", "--because", "that camera is on the test bench")
    assert done.returncode == 1, done
    assert sorted(made.outcomes(folder).values()) == ["done", "done", "done", "not done"]
    raised = [event for event in made.events(folder) if event["event"] == "budget"]
    assert raised[-1]["because"] == "that camera is on the test bench"


def test_the_budget_stops_it(fleet):
    made = fleet(6, *(word for i in (1, 2, 3) for word in ("--fault", f"failing-probe@{i}")))
    folder = made.plan("rollout", *FAST, "--budget", "1", "-j", "1")
    done = made.roll(folder)
    assert done.returncode == 3, done
    status = made.status(folder)
    assert (status["phase"], status["budget"]) == ("stopped by the budget", 1)
    assert status["failed"] >= 2
    sent = [event["camera"] for event in made.events(folder) if event["event"] == "sending"]
    stopped = [event["event"] for event in made.events(folder)].index("stopped")
    assert "sending" not in [event["event"] for event in made.events(folder)[stopped:]]
    assert len(sent) == len(set(sent))


def test_stop_lets_uploads_end_and_the_next_run_goes_on(fleet):
    made = fleet(4, *(word for i in (1, 2, 3, 4) for word in ("--fault", f"slow=20000@{i}")))
    folder = made.plan("rollout", *FAST, "-j", "1")
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: "sending" in [event["event"] for event in made.events(folder)], "an upload")
    assert made.run("rollout", "stop", folder).returncode == 0
    assert child.wait(120) == 4
    outcomes = list(made.outcomes(folder).values())
    assert outcomes.count("done") == 1
    assert outcomes.count("waiting") + outcomes.count("away") == 3
    assert made.roll(folder).returncode == 0


def test_a_signal_pauses_it(fleet):
    made = fleet(2, "--fault", "slow=20000@1", "--fault", "slow=20000@2")
    folder = made.plan("rollout", *FAST, "-j", "1")
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: "sending" in [event["event"] for event in made.events(folder)], "an upload")
    child.send_signal(signal.SIGINT)
    assert child.wait(120) == 4
    assert list(made.outcomes(folder).values()).count("done") == 1


def test_two_runs_at_once_are_one_too_many(fleet):
    made = fleet(2, "--fault", "slow=20000@1")
    folder = made.plan("rollout", *FAST)
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: "run" in [event["event"] for event in made.events(folder)], "the run")
    second = made.roll(folder)
    assert second.returncode == 1
    assert "another run is under way" in second.stderr
    retry = made.run("rollout", "retry", folder)
    assert retry.returncode == 1
    assert child.wait(120) == 0


def test_approve_stops_after_each_wave(fleet):
    made = fleet(2)
    folder = made.plan("rollout", "--approve", "--waves", "100%", "--soak", "0s", "--wait", "60s")
    assert made.roll(folder).returncode == 4
    assert sorted(made.outcomes(folder).values()) == ["done", "waiting"]
    assert made.roll(folder).returncode == 0


def test_outside_its_window_nothing_is_sent(fleet):
    made = fleet(1)
    hour = (time.localtime().tm_hour + 2) % 24
    folder = made.plan("rollout", *FAST, "--window", f"{hour:02}:00-{(hour + 1) % 24:02}:00")
    done = made.roll(folder)
    assert done.returncode == 4, done
    assert "window" in done.stdout
    assert made.cameras[0].status()["ISP_UPDATE"] == "0"


def test_a_camera_that_is_off_waits_and_holds_nothing(fleet):
    made = fleet(2)
    made.write_list({"admin@127.0.0.1:9": "cellar", **{word: "roof" for word in made.words}})
    folder = made.plan("rollout", *FAST)
    assert made.said.returncode == 2
    child = made.start("rollout", "run", folder, "--password-fd", "0")
    until(lambda: made.status(folder)["done"] == 2, "two cameras")
    child.send_signal(signal.SIGTERM)
    assert child.wait(60) == 4
    assert made.outcomes(folder)["admin@127.0.0.1:9"] == "away"
    late = made.plan("late", *FAST, "--deadline", "1s")
    done = made.roll(late)
    assert done.returncode == 1, done
    row = made.report(late)["admin@127.0.0.1:9"]
    assert (row["outcome"], row["code"]) == ("not done", "unreachable")
    assert made.status(late)["failed"] == 0


def test_offline_nothing_is_asked_before_the_run(fleet):
    made = fleet(2)
    folder = made.plan("rollout", *FAST, "--offline")
    assert made.said.returncode == 0
    assert {row["id"] for row in made.report(folder).values()} == {""}
    assert made.roll(folder).returncode == 0
    assert set(made.outcomes(folder).values()) == {"done"}


def test_who_runs_it_already_gets_nothing(fleet):
    made = fleet(2)
    made.cameras[0].upload(made.image)
    made.cameras[0].wait_for(ISP_STATE="confirmed")
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 0
    assert sorted(made.outcomes(folder).values()) == ["already", "done"]
    assert made.cameras[0].status()["ISP_UPDATE"] == "1"


def test_what_a_camera_runs_is_not_replaced_by_something_older(fleet):
    made = fleet(2)
    newer = made.newer_image()
    made.cameras[0].upload(newer)
    made.cameras[0].wait_for(ISP_STATE="confirmed")
    folder = made.plan("rollout", *FAST)
    assert made.said.returncode == 1
    assert made.roll(folder).returncode == 1
    row = made.report(folder)[made.words[0]]
    assert (row["outcome"], row["code"]) == ("not done", "older")
    assert made.status(folder)["failed"] == 0


def test_another_camera_at_the_address_gets_nothing(fleet):
    made = fleet(2)
    folder = made.plan("rollout", *FAST, "--budget", "100%")
    with sqlite3.connect(folder / "rollout.db") as database:
        database.execute("UPDATE camera SET id = '00:0f:7c:00:00:01' WHERE number = 1")
    done = made.roll(folder)
    assert done.returncode == 1, done
    row = made.report(folder)[made.words[0]]
    assert (row["outcome"], row["code"], row["sends"]) == ("not done", "other-camera", "0")
    assert made.cameras[0].status()["ISP_UPDATE"] == "0"


def test_a_lost_reply_is_done_all_the_same(fleet):
    made = fleet(1, "--fault", "reply-lost")
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 0
    assert made.outcomes(folder) == {made.words[0]: "done"}


def test_nothing_in_the_folder_tells_the_password(fleet):
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 0
    for path in folder.iterdir():
        assert b"123456" not in path.read_bytes(), path
    assert stat.S_IMODE((folder / "rollout.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_ended_rollout_is_one_file_that_opens_read_only(fleet):
    made = fleet(1)
    folder = made.plan("rollout", *FAST)
    assert made.roll(folder).returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == [made.image.name, "lock", "rollout.db"]
    with sqlite3.connect(f"file:{folder}/rollout.db?mode=ro&immutable=1", uri=True) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.fixture
def planned(fleet):
    made = fleet(1)
    return made, made.plan("rollout", *FAST, "--offline")


def refusal(made, folder):
    done = made.roll(folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_database_of_a_newer_version_is_refused(planned):
    made, folder = planned
    with sqlite3.connect(folder / "rollout.db") as database:
        database.execute("PRAGMA user_version = 2")
    assert "version 2, this ispup knows version 1" in refusal(made, folder)


def test_a_foreign_database_is_refused(planned):
    made, folder = planned
    with sqlite3.connect(folder / "rollout.db") as database:
        database.execute("PRAGMA application_id = 1")
    assert "not the database of a rollout" in refusal(made, folder)


def test_a_damaged_database_is_refused_and_stays(planned):
    made, folder = planned
    path = folder / "rollout.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(path.read_bytes())
    whole[4096:8192] = os.urandom(4096)
    path.write_bytes(whole)
    refusal(made, folder)
    assert path.read_bytes()[4096:8192] == whole[4096:8192]


def test_a_changed_image_is_refused(planned):
    made, folder = planned
    path = folder / made.image.name
    path.chmod(0o600)
    path.write_bytes(made.newer_image().read_bytes())
    assert made.image.name in refusal(made, folder)


def test_a_changed_event_is_found(planned):
    made, folder = planned
    assert made.roll(folder).returncode == 0
    with sqlite3.connect(folder / "rollout.db") as database:
        database.execute("UPDATE event SET at = '2026-01-01T00:00:00Z' WHERE number = 3")
    done = made.run("rollout", "report", folder, "--format", "jsonl")
    assert done.returncode == 1
    assert "event 3" in done.stderr


def test_each_event_holds_the_hash_of_the_one_before(planned):
    made, folder = planned
    assert made.roll(folder).returncode == 0
    before = ""
    with sqlite3.connect(folder / "rollout.db") as database:
        for *fields, found in database.execute(
                "SELECT at, camera, kind, text, hash FROM event ORDER BY number"):
            said = "".join(f"{field}\0" for field in (before, *fields))
            before = hashlib.sha256(said.encode()).hexdigest()
            assert found == before


@pytest.mark.parametrize("prepare, said", [
    (lambda folder: (folder / "x").write_text("x"), "is not empty"),
    (lambda folder: folder.chmod(0o777), "others may write"),
])
def test_plan_refuses_a_folder(fleet, tmp_path, prepare, said):
    made = fleet(1)
    folder = tmp_path / "rollout"
    folder.mkdir()
    prepare(folder)
    made.plan("rollout", *FAST)
    assert made.said.returncode == 1
    assert said in made.said.stderr


def test_two_images_for_one_platform_are_refused(fleet):
    made = fleet(1)
    made.plan("rollout", *FAST, "--image", made.newer_image())
    assert made.said.returncode == 64
    assert "a second image for platform 0300" in made.said.stderr


def test_on_a_terminal_the_lines_that_move_are_gone_at_the_end(fleet):
    made = fleet(4, "--fault", "failing-probe@4", sites=2)
    folder = made.plan("rollout", "--soak", "2s", "--budget", "100%", "--wait", "60s")
    terminal = Terminal(24, 100)
    child = terminal.start(made.start, "rollout", "run", folder, "--password-fd", "0", TERM="xterm")
    terminal.read_until(lambda lines: any("wave 3 of 3  [" in line for line in lines))
    assert "sites: site-0" in "\n".join(terminal.screen.text())
    terminal.read_to_the_end()
    assert child.wait(60) == 1
    shown = terminal.screen.text()
    assert not [line for line in shown if "  [#" in line or line.startswith(("sites:", "uploads "))]
    assert shown[-1] == "3 done, 1 not done, the rollout has ended"
    assert len([line for line in shown if line.endswith("sending")]) == 4


def test_strangers_words_are_data_in_every_report(fleet):
    made = fleet(1)
    formula, markup = "=cmd|' /C calc'!A0", "\"><script>alert(1)</script>"
    made.write_list({made.words[0]: formula, "admin@127.0.0.1:9": markup})
    folder = made.plan("rollout", *FAST, "--deadline", "1s")
    made.roll(folder)
    rows = made.report(folder)
    assert rows[made.words[0]]["site"] == "'" + formula
    raw = made.run("rollout", "report", folder, "--format", "csv", "--raw").stdout
    assert f'"{formula}"' in raw
    page = made.run("rollout", "report", folder, "--format", "html").stdout
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert "<h1>Rollout: ended</h1>" in page
    assert f"SHA-256 {hashlib.sha256(made.image.read_bytes()).hexdigest()}" in page
    assert "<p>Failures by code: unreachable 1</p>" in page
    assert ">wave 1</text>" in page
