# SPDX-License-Identifier: Apache-2.0
"""What an operator does, with hawkBit's management API."""

import base64
import http.client
import itertools
import json
import uuid
from urllib.parse import quote, urlsplit

from scenes import NotKnown

SECONDS = 180  # what takes this long hangs
ACCOUNT = "Basic " + base64.b64encode(b"admin:admin").decode()
NOW, NEVER = "0 * * * * ? *", "0 0 0 1 1 ? 2099"  # Quartz: each minute; years ahead


class Refused(Exception):
    pass


class Management:
    def __init__(self, url):
        self.url = urlsplit(url)
        self.numbers = itertools.count(1)

    # -- the network

    def ask(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=SECONDS)
        try:
            data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
            connection.request(method, "/rest/v1" + path, data,
                               {"Authorization": ACCOUNT, "Content-Type": kind,
                                "Accept": "application/hal+json, application/json"})
            reply = connection.getresponse()
            said = reply.read()
        finally:
            connection.close()
        if reply.status >= 300:
            raise Refused(f"{method} {path}: {reply.status} {said[:500]!r}")
        return json.loads(said) if said else {}

    def get(self, path):
        return self.ask("GET", path)

    def pages(self, path):
        """All entries of a list."""
        found = []
        while True:
            joint = "&" if "?" in path else "?"
            page = self.get(f"{path}{joint}limit=500&offset={len(found)}")
            found += page["content"]
            if len(found) >= page["total"]:
                return found

    # -- the tenant

    def configure(self, **values):
        for name, value in values.items():
            self.ask("PUT", "/system/configs/" + name.replace("_", "."), {"value": value})

    def gateway_token(self, token):
        self.ask("PUT", "/system/configs/authentication.gatewaytoken.enabled", {"value": True})
        self.ask("PUT", "/system/configs/authentication.gatewaytoken.key", {"value": token})

    # -- artifacts

    def module(self, name, version, files, kind="os"):
        made = self.ask("POST", "/softwaremodules", [
            {"name": name, "version": version, "type": kind}])[0]["id"]
        for file, data in files.items():
            edge = uuid.uuid4().hex
            body = (f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file}"\r\n'
                    "Content-Type: application/octet-stream\r\n\r\n").encode() + data + (
                        f"\r\n--{edge}--\r\n").encode()
            self.ask("POST", f"/softwaremodules/{made}/artifacts", body,
                     f"multipart/form-data; boundary={edge}")
        return made

    def set(self, name, version, *modules, kind="os"):
        return self.ask("POST", "/distributionsets", [
            {"name": name, "version": version, "type": kind,
             "modules": [{"id": each} for each in modules]}])[0]["id"]

    # -- targets and actions

    def target(self, name):
        return self.ask("POST", "/targets", [{"controllerId": name, "name": name}])

    def assign(self, name, made, kind="forced", window=None):
        wanted = {"id": name, "type": kind}
        if window:
            wanted["maintenanceWindow"] = {"schedule": window, "duration": "00:10:00",
                                           "timezone": "+00:00"}
        self.ask("POST", f"/distributionsets/{made}/assignedTargets", [wanted])
        return self.actions(name)[0]["id"]

    def actions(self, name):
        """The newest first."""
        return self.get(f"/targets/{quote(name)}/actions?sort=id:DESC&limit=50")["content"]

    def action(self, name, number):
        return self.get(f"/targets/{quote(name)}/actions/{number}")

    def state(self, name, number):
        """running, finished, error, canceled: old servers tell how it ended only in the history."""
        if self.action(name, number)["status"] == "pending":
            return "running"
        types = [each["type"] for each in self.history(name, number)]
        return next((kind for kind in reversed(types) if kind in ("finished", "error", "canceled")),
                    "running")  # hawkBit's history may be late

    def history(self, name, number):
        """What was said about an action: type and messages, the oldest first."""
        said = self.pages(f"/targets/{quote(name)}/actions/{number}/status")
        return sorted(said, key=lambda each: each["id"])

    def cancel(self, name, number, force=False):
        self.ask("DELETE", f"/targets/{quote(name)}/actions/{number}" + "?force=true" * force)

    def force(self, name, number):
        self.ask("PUT", f"/targets/{quote(name)}/actions/{number}", {"forceType": "forced"})

    # -- rollouts

    def rollout(self, name, made, query, groups, success="50", error="50"):
        return self.ask("POST", "/rollouts", {
            "name": name, "distributionSetId": made, "targetFilterQuery": query,
            "amountGroups": groups, "type": "forced", **conditions(success, error)})["id"]

    def rollout_state(self, number):
        return self.get(f"/rollouts/{number}")["status"]

    def rollout_groups(self, number):
        return sorted(self.pages(f"/rollouts/{number}/deploygroups"), key=lambda each: each["id"])

    def tell_rollout(self, number, word):
        """start, pause, resume"""
        self.ask("POST", f"/rollouts/{number}/{word}")


def conditions(success, error):
    """Percentages of a group: the next one begins, the rollout pauses."""
    return {"successCondition": {"condition": "THRESHOLD", "expression": success},
            "successAction": {"action": "NEXTGROUP", "expression": ""},
            "errorCondition": {"condition": "THRESHOLD", "expression": error},
            "errorAction": {"action": "PAUSE", "expression": ""}}


class RealStage:
    """The scenes of tests/gateway/scenes.py, with a real hawkBit."""

    def __init__(self, url, token, device):
        self.url, self.token, self.make = url, token, device
        self.management = Management(url)
        self.windows = {None: None, "unavailable": NEVER, "available": NOW}

    def device(self, name):
        return self.make(self.url, name, self.token)

    def module(self, name, files):
        return name, self.management.module(name, "V1.01.00", files)

    def set_of(self, module):
        name, number = module
        return self.management.set(name, "V1.01.00", number)

    def assign(self, target, module, forced=True, only_download=False, window=None):
        kind = "downloadonly" if only_download else "forced" if forced else "soft"
        return target, self.management.assign(target, self.set_of(module), kind,
                                              self.windows[window])

    def cancel(self, action):
        self.management.cancel(*action)

    def force(self, action):
        self.management.force(*action)

    def confirmation(self, on):
        try:
            self.management.configure(user_confirmation_flow_enabled=on)
        except Refused as refused:
            raise NotKnown(f"no confirmation flow: {refused}") from None

    def limit(self, name):
        pass  # the server was started with limits for addresses other than 127.0.0.1
