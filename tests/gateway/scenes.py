# SPDX-License-Identifier: Apache-2.0
"""What a device and an operator do together, as scenes. Each is played with a real hawkBit, which
makes the files in recorded/, and with the DDI server of these tests, which must answer the same.

A scene gets a stage: `stage.device(name)`, and what an operator does, `stage.module(...)`,
`stage.assign(...)`, `stage.cancel(...)`, `stage.force(...)`, `stage.confirmation(bool)`,
`stage.limit(name)`.
"""



class NotKnown(Exception):
    """This server cannot do what the scene needs."""


DATA = bytes(range(256)) * 8
FILE = "ISP-U-0300-V1.01.00.bin"


def artifact_link(document):
    links = document["deployment"]["chunks"][0]["artifacts"][0]["_links"]
    return links.get("download-http") or links["download"]


def first_poll(stage):
    """A target that the server does not know, and its attributes."""
    device = stage.device("scene-first")
    links = device.links("polls for the first time")
    device.ask("sends its attributes", "PUT", links["configData"],
               {"mode": "merge", "data": {"platform": "0300", "id": "00:0F:7C:00:00:01"}})
    device.links("polls again")
    device.ask("sends attributes that are no texts", "PUT", "/configData", {"data": {"a": None}})
    device.ask("sends nothing", "PUT", "/configData", {})
    return device


def tokens(stage):
    device = stage.device("scene-token")
    device.links("has the right token")
    device.ask("has a wrong token", "GET", "", token="wrong-token")
    device.ask("has no scheme", "GET", "", Authorization="TOKEN")
    return device


def update(stage):
    """A forced update from the first poll to its end, and what is said too late."""
    device = stage.device("scene-update")
    device.links("is there")
    device.ask("sends its attributes", "PUT", "/configData", {"data": {"platform": "0300"}})
    stage.assign(device.name, stage.module("scene-update", {FILE: DATA}))
    link = device.links("polls")["deploymentBase"]
    device.json("gets the deployment", link)
    device.json("gets the deployment with its history", link + "&actionHistory=-1")
    device.feedback("downloads", link, "download")
    device.feedback("has downloaded", link, "downloaded")
    device.feedback("goes on", link, "proceeding", details=["writing", "40 %"], code=7)
    device.feedback("repeats it", link, "proceeding", details=["writing", "40 %"], code=7)
    device.feedback("says something else", link, "scheduled")
    device.feedback("rejects a step", link, "rejected", details=["not now"])
    device.feedback("has done it", link, "closed", "success", details=["V1.01.00"])
    device.feedback("says it twice", link, "closed", "success", details=["V1.01.00"])
    device.feedback("goes on after the end", link, "proceeding")
    links = device.links("polls after the end")
    number = link.partition("?")[0].rpartition("/")[2]
    device.ask("gets what is installed", "GET",
               links.get("installedBase", f"/installedBase/{number}"))  # older ones have no link
    device.ask("asks for the deployment after the end", "GET", link)
    return device


def failure(stage):
    device = stage.device("scene-failure")
    device.links("is there")
    stage.assign(device.name, stage.module("scene-failure", {FILE: DATA}))
    link = device.links("polls")["deploymentBase"]
    device.feedback("has failed", link, "closed", "failure", code=902, details=["unknown, not failed"])
    device.feedback("says it twice", link, "closed", "failure", code=902)
    device.links("polls after the end")
    return device


def refusals(stage):
    """Feedback that is refused, and things that are not there."""
    device = stage.device("scene-refusals")
    device.links("is there")
    stage.assign(device.name, stage.module("scene-refusals", {FILE: DATA}))
    link = device.links("polls")["deploymentBase"]
    feedback = link.partition("?")[0] + "/feedback"
    number = link.partition("?")[0].rpartition("/")[2]
    device.ask("does not repeat the id", "POST", feedback,
               {"status": {"execution": "proceeding", "result": {"finished": "none"}}})
    device.feedback("says a word that is none", link, "finished")
    device.feedback("has a result that is none", link, "closed", "maybe")
    device.ask("has no result", "POST", feedback, {"id": number, "status": {"execution": "closed"}})
    device.ask("has no status", "POST", feedback, {"id": number})
    device.ask("sends no JSON", "POST", feedback, b"{")
    device.ask("sends members that are unknown", "POST", feedback, {
        "id": number, "time": "20260101T000000", "extra": 1,
        "status": {"execution": "proceeding", "result": {"finished": "none"}, "more": 2}})
    device.feedback("sends 51 messages", link, "proceeding", details=["x"] * 51)
    device.feedback("sends a long message", link, "proceeding", details=["x" * 2000])
    device.ask("asks for an action that is not there", "GET", "/deploymentBase/99999999")
    device.ask("reports to an action that is not there", "POST",
               "/deploymentBase/99999999/feedback",
               {"id": "99999999",
                "status": {"execution": "proceeding", "result": {"finished": "none"}}})
    device.ask("asks to cancel what goes on", "GET", link.partition("?")[0].replace(
        "deploymentBase", "cancelAction"))
    device.ask("reports for a target that is not there", "POST",
               feedback.replace(device.name, "scene-nobody"),
               {"id": number,
                "status": {"execution": "proceeding", "result": {"finished": "none"}}})
    device.ask("asks for a path that is not there", "GET", "/other/1")
    return device


def soft(stage):
    """A soft update becomes a forced one: another link."""
    device = stage.device("scene-soft")
    device.links("is there")
    action = stage.assign(device.name, stage.module("scene-soft", {FILE: DATA}), forced=False)
    device.json("gets a soft deployment", device.links("polls")["deploymentBase"])
    stage.force(action)
    device.json("gets a forced deployment", device.links("polls again")["deploymentBase"])
    return device


def only_download(stage):
    device = stage.device("scene-download")
    device.links("is there")
    stage.assign(device.name, stage.module("scene-download", {FILE: DATA}), only_download=True)
    link = device.links("polls")["deploymentBase"]
    device.json("gets a deployment without update", link)
    device.feedback("has downloaded", link, "downloaded")
    device.links("polls after the download")
    device.feedback("has installed it nevertheless", link, "closed", "success")
    return device


def window(stage):
    """Maintenance windows: one that is not open yet, one that is."""
    for number, state in enumerate(("unavailable", "available")):
        device = stage.device(f"scene-window-{number}")
        if number:
            device.lines, device.names = before.lines, before.names
        device.links("is there")
        stage.assign(device.name, stage.module(f"scene-window-{number}", {FILE: DATA}), window=state)
        device.json(f"gets a deployment, window {state}", device.links("polls")["deploymentBase"])
        before = device
    return device


def cancel(stage):
    """A cancel that is rejected, then one that is taken."""
    device = stage.device("scene-cancel")
    device.links("is there")
    action = stage.assign(device.name, stage.module("scene-cancel", {FILE: DATA}))
    deployment = device.links("polls")["deploymentBase"]
    stage.cancel(action)
    link = device.links("polls after the cancel")["cancelAction"]
    device.json("gets the cancel", link)
    device.ask("asks for the deployment", "GET", deployment)
    device.feedback("goes on with the deployment", deployment, "proceeding")
    device.feedback("goes on with the cancel", link, "proceeding")
    device.feedback("rejects the cancel", link, "rejected", details=["the camera is writing"])
    deployment = device.links("polls after it was rejected")["deploymentBase"]
    device.feedback("rejects it twice", link, "rejected")
    stage.cancel(action)
    link = device.links("polls after the second cancel")["cancelAction"]
    device.feedback("takes the cancel", link, "closed", "success")
    device.feedback("takes it twice", link, "closed", "success")
    device.feedback("goes on with the deployment", deployment, "proceeding")
    device.ask("asks for the cancel", "GET", link)
    device.links("polls after the end")
    return device


def cancel_lost(stage):
    """The update ends well although it was to be cancelled."""
    device = stage.device("scene-cancel-lost")
    device.links("is there")
    action = stage.assign(device.name, stage.module("scene-cancel-lost", {FILE: DATA}))
    deployment = device.links("polls")["deploymentBase"]
    stage.cancel(action)
    link = device.links("polls after the cancel")["cancelAction"]
    device.feedback("has done the update", deployment, "closed", "success")
    device.feedback("rejects the cancel", link, "rejected")
    device.links("polls after the end")
    return device


def superseded(stage):
    """A second assignment cancels the first one."""
    device = stage.device("scene-second")
    device.links("is there")
    stage.assign(device.name, stage.module("scene-second-1", {FILE: DATA}))
    first = device.links("polls")["deploymentBase"]
    stage.assign(device.name, stage.module("scene-second-2", {FILE: DATA + b"2"}))
    links = device.links("polls after the second assignment")
    device.ask("asks for the first deployment", "GET", first)
    device.feedback("takes the cancel", links["cancelAction"], "closed", "success")
    device.json("gets the second deployment",
                device.links("polls after the cancel")["deploymentBase"])
    return device


def artifact(stage):
    device = stage.device("scene-artifact")
    device.links("is there")
    stage.assign(device.name, stage.module("scene-artifact", {FILE: DATA}))
    base = device.links("polls")["deploymentBase"]
    link = artifact_link(device.json("gets the deployment", base))["href"]
    tag = device.ask("downloads it", "GET", link, Accept="*/*").fields["ETag"]

    def part(title, **fields):
        device.ask(title, "GET", link, Accept="*/*", **fields)

    part("goes on at 2000", Range="bytes=2000-", If_Range=tag)
    part("goes on at 2000, and it has changed", Range="bytes=2000-", If_Range='"other"')
    part("wants 10 bytes", Range="bytes=10-19")
    part("wants what is after the end", Range=f"bytes={len(DATA)}-")
    part("has it already", If_None_Match=tag)
    device.ask("wants its MD5", "GET", link + ".MD5SUM", Accept="text/plain")
    device.ask("wants another file", "GET", link.replace(FILE, "other.bin"), Accept="*/*")
    device.ask("has a wrong token", "GET", link, Accept="*/*", token="wrong-token")
    device.feedback("has done it", base, "closed", "success")
    part("downloads it after the end")
    return device


def confirmation(stage):
    """The operator's server asks for the device's consent first."""
    device = stage.device("scene-consent")
    device.links("is there")
    stage.confirmation(True)
    try:
        stage.assign(device.name, stage.module("scene-consent", {FILE: DATA}))
    finally:
        stage.confirmation(False)
    link = device.links("polls")["confirmationBase"]
    device.json("gets what is to be confirmed", link)
    device.json("asks without an action", "/confirmationBase")
    deployment = link.replace("confirmationBase", "deploymentBase")
    device.ask("asks for the deployment", "GET", deployment)
    device.feedback("goes on without consent", deployment, "proceeding")
    feedback = link.partition("?")[0] + "/feedback"
    device.ask("denies it", "POST", feedback, {"confirmation": "denied", "details": ["not now"]})
    device.links("polls after it was denied")
    device.ask("says a word that is none", "POST", feedback, {"confirmation": "perhaps"})
    device.ask("confirms it", "POST", feedback, {"confirmation": "confirmed"})
    device.links("polls after it was confirmed")
    device.ask("confirms it twice", "POST", feedback, {"confirmation": "confirmed"})
    return device


def by_hand(stage):
    """An update without the server, which is told of it."""
    device = stage.device("scene-by-hand")
    device.links("is there")
    name = stage.module("scene-by-hand", {FILE: DATA})
    stage.set_of(name)
    device.ask("says what is installed", "PUT", "/installedBase",
               {"name": "scene-by-hand", "version": "V1.01.00"})
    device.ask("says what the server does not know", "PUT", "/installedBase",
               {"name": "scene-unknown", "version": "V9.99.99"})
    device.links("polls afterwards")
    return device


def limited(stage):
    """More requests in a second than an address may send."""
    device = stage.device("scene-limited")
    device.links("is there")
    stage.limit(device.name)
    address = {"X_Forwarded_For": "203.0.113.9"}
    for _ in range(200):
        if device.ask("", "GET", "", **address).status == 429:
            break
    device.ask("polls too often", "GET", "", **address)
    return device


SCENES = {scene.__name__.replace("_", "-"): scene for scene in (
    first_poll, tokens, update, failure, refusals, soft, only_download, window, cancel, cancel_lost,
    superseded, artifact, confirmation, by_hand, limited)}
