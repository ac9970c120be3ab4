# SPDX-License-Identifier: Apache-2.0
"""The DDI server of these tests does to a client what its faults promise."""

import http.client
import json
import threading
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from ddi_server import (Body, Change, Cut, DdiServer, Flip, Hold, Length, Redirect, Refuse, Reset,
                        WithoutRange, hostile_documents)

DATA = bytes(range(256)) * 40
LOST = (http.client.IncompleteRead, ConnectionResetError, http.client.RemoteDisconnected)


def ask(server, path, method="GET", body=None, token="gateway-token", **fields):
    url = urlsplit(path if path.startswith("http") else f"{server.url}{path}")
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    try:
        connection.request(method, url.path + ("?" + url.query if url.query else ""),
                           json.dumps(body).encode() if body is not None else None,
                           {"Authorization": f"GatewayToken {token}",
                            **{name.replace("_", "-"): value for name, value in fields.items()}})
        reply = connection.getresponse()
        return SimpleNamespace(status=reply.status, fields=reply.headers, body=reply.read())
    finally:
        connection.close()


def links(server, name="isp-1"):
    document = json.loads(ask(server, f"/DEFAULT/controller/v1/{name}").body)
    return {rel: link["href"] for rel, link in document.get("_links", {}).items()}


def artifact_link(server):
    document = json.loads(ask(server, links(server)["deploymentBase"]).body)
    return document["deployment"]["chunks"][0]["artifacts"][0]["_links"]["download-http"]["href"]


def status(execution, finished="none", **more):
    return {"status": {"execution": execution, "result": {"finished": finished}, **more}}


@pytest.fixture
def action(server):
    return server.assign("isp-1", server.module("isp", "V1.01.00", {"a.bin": DATA}))


def test_an_action_goes_its_way(server, action):
    feedback = links(server)["deploymentBase"].partition("?")[0] + "/feedback"
    assert ask(server, feedback, "POST", status("proceeding")).status == 200
    assert ask(server, feedback, "POST", status("closed", "success", code=7)).status == 200
    assert (action.state, action.told) == ("finished", ["proceeding/none", "closed/success"])
    assert action.feedback[-1].code == 7
    assert ask(server, feedback, "POST", status("proceeding")).status == 410
    assert set(links(server)) == {"installedBase", "configData"}


@pytest.mark.parametrize("answer, ends", [("closed", "canceled"), ("rejected", "running")])
def test_a_cancel_is_taken_or_rejected(server, action, answer, ends):
    server.cancel(action)
    link = links(server)["cancelAction"]
    assert json.loads(ask(server, link).body)["cancelAction"] == {"stopId": action.id}
    assert ask(server, link + "/feedback", "POST", status(answer)).status == 200
    assert action.state == ends


def test_an_id_that_a_double_cannot_hold():
    with DdiServer(first_id=2**53 + 1) as server:
        action = server.assign("isp-1")
        assert action.id == "9007199254740993"
        assert f"/deploymentBase/{action.id}?" in links(server)["deploymentBase"]


def test_the_link_changes_when_the_action_is_forced(server):
    action = server.assign("isp-1", forced=False)
    soft = links(server)["deploymentBase"]
    server.force(action)
    assert links(server)["deploymentBase"] != soft


def test_a_wrong_token_is_told(server, action):
    assert ask(server, "/DEFAULT/controller/v1/isp-1", token="other").status == 401
    server.withdraw_token()
    assert ask(server, "/DEFAULT/controller/v1/isp-1").status == 401


def test_ranges(server, action):
    link = artifact_link(server)
    tag = ask(server, link).fields["ETag"]
    part = ask(server, link, Range="bytes=100-", If_Range=tag)
    assert (part.status, part.body) == (206, DATA[100:])
    assert ask(server, link, Range="bytes=100-", If_Range='"other"').body == DATA
    assert ask(server, link, Range=f"bytes={len(DATA)}-").status == 416


def test_each_fault_of_an_artifact(server, action):
    link = artifact_link(server)
    for fault in (Cut(100), Length(10), Reset()):
        server.fail(fault, "/artifacts/", times=1)
        with pytest.raises(LOST):
            ask(server, link)
    server.fail(Length(-10), "/artifacts/", times=1)
    assert ask(server, link).body == DATA[:-10]
    server.fail(Flip(3), "/artifacts/", times=1)
    assert ask(server, link).body == DATA[:3] + bytes([DATA[3] ^ 1]) + DATA[4:]
    server.fail(WithoutRange(), "/artifacts/", times=1)
    assert ask(server, link, Range="bytes=5-").body == DATA
    assert ask(server, link).body == DATA


def test_a_refusal_has_no_effect_and_a_lost_answer_has(server, action):
    feedback = links(server)["deploymentBase"].partition("?")[0] + "/feedback"
    server.fail(Refuse(429, retry_after=3), "/feedback$", times=1)
    refused = ask(server, feedback, "POST", status("proceeding"))
    assert (refused.status, refused.fields["Retry-After"], action.told) == (429, "3", [])
    server.fail(Reset(done=True), "/feedback$", times=1)
    with pytest.raises(LOST):
        ask(server, feedback, "POST", status("proceeding"))
    assert action.told == ["proceeding/none"]


def test_another_document_and_hostile_ones(server, action):
    def lie(document):
        document["config"]["polling"]["sleep"] = "25:61:00"

    server.fail(Change(lie), times=1)
    path = "/DEFAULT/controller/v1/isp-1"
    assert json.loads(ask(server, path).body)["config"] == {"polling": {"sleep": "25:61:00"}}
    for body in hostile_documents(ask(server, path).body).values():
        server.fail(Body(body), times=1)
        assert ask(server, path).body == body


def test_a_redirect_to_another_origin(server, action):
    with DdiServer() as other:
        server.fail(Redirect(other.url + "/x"), "/artifacts/")
        assert ask(server, artifact_link(server)).fields["Location"] == other.url + "/x"
        server.heal()
        server.artifact_origin = other.url
        assert artifact_link(server).startswith(other.url)


def test_away_and_back_at_the_same_port(server, action):
    server.away()
    with pytest.raises(ConnectionRefusedError):
        links(server)
    server.back()
    assert "deploymentBase" in links(server)


def test_an_answer_that_is_held_does_not_hold_others(server, action):
    event = threading.Event()
    server.fail(Hold(event), "/isp-1$")
    held = threading.Thread(target=links, args=(server,))
    held.start()
    assert ask(server, "/DEFAULT/controller/v1/isp-2").status == 200
    assert server.asked("/isp-1$") == []
    event.set()
    held.join(60)
    assert len(server.asked("/isp-1$")) == 1
