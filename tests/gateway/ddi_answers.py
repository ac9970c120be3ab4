# SPDX-License-Identifier: Apache-2.0
"""What the DDI server answers, without faults: as hawkBit does in recorded/."""

import json
import re

from ddi_faults import Answer
from ddi_state import CANCELED, CANCELS, RUNS, WAITS, Feedback

EXECUTIONS = {"closed", "proceeding", "canceled", "scheduled", "rejected", "resumed", "downloaded",
              "download"}
RESULTS = {"success", "failure", "none"}
CONFIRMATIONS = {"confirmed", "denied"}


REPOSITORY = "org.eclipse.hawkbit.repository.exception."
NOT_FOUND = (404, "hawkbit.server.error.repo.entitiyNotFound", REPOSITORY + "EntityNotFoundException")


class Refused(Exception):
    """An error of hawkBit: a status, and a document with its code and the class of its cause."""

    def __init__(self, status, code="", name=""):
        super().__init__(status)
        self.status, self.code, self.name = status, code, name


class NoPath(Exception):
    pass


def document(content, kind="application/hal+json"):
    return Answer(200, json.dumps(content).encode(), {"Content-Type": f"{kind};charset=UTF-8"})


def answer_to(server, request):
    """Called with the server's lock held."""
    is_hal = server.dialect.hal_errors and request.method == "GET"
    kind = {"Content-Type": "application/hal+json" if is_hal else "application/json"}
    try:
        return routed(server, request)
    except Refused as refused:
        if not refused.code:
            return Answer(refused.status)
        return Answer(refused.status, json.dumps({
            "exceptionClass": refused.name, "errorCode": refused.code,
            "message": refused.code}).encode(), kind)
    except NoPath:
        return Answer(404, json.dumps({
            "error": server.dialect.not_found, "message": "", "path": request.path, "status": 404,
            "timestamp": "2026-01-01T00:00:00.000+00:00"}).encode(), kind)


def routed(server, request):
    tenant, *rest = request.parts
    if rest[:2] != ["controller", "v1"] or len(rest) < 3:
        raise Refused(404)
    if tenant != server.tenant or not is_allowed(server, request):
        raise Refused(401)
    _, _, name, *more = rest
    for method, pattern, answer in ROUTES:
        if method == request.method and len(pattern) == len(more) and all(
                want in ("*", found) for want, found in zip(pattern, more)):
            if is_known(server.dialect, more):
                return answer(server, request, name, more)
    raise NoPath


def is_known(dialect, more):
    return not (more[:1] == ["installedBase"] and not dialect.has_installed_base
                or more[:1] == ["confirmationBase"] and not dialect.has_confirmation)


def is_allowed(server, request):
    return server.token is not None and (
        request.fields.get("authorization") == f"GatewayToken {server.token}")


def known(server, name):
    if name not in server.state.targets:
        raise Refused(*NOT_FOUND)
    return server.state.targets[name]


def action_of(server, name, number):
    known(server, name)
    action = server.state.actions.get(number)
    if action is None or action.target != name:
        raise Refused(*NOT_FOUND)
    return action


# -- what there is to do

def base(server, request, name, _):
    target = server.state.target(name)
    target.polls += 1
    links = {}
    action = server.state.active(name)
    if action:
        rel, *more = {WAITS: ("confirmationBase", action.id + "?c=" + action.tag),
                      CANCELS: ("cancelAction", action.id)}.get(
                          action.state, ("deploymentBase", action.id + "?c=" + action.tag))
        links[rel] = server.control(name, rel, *more)
    if target.installed and server.dialect.has_installed_base:
        links["installedBase"] = server.control(name, "installedBase", target.installed.id)
    if target.wants_attributes:
        links["configData"] = server.control(name, "configData")
    content = {"config": {"polling": {"sleep": server.sleep}}}
    if links:
        content["_links"] = {rel: {"href": href} for rel, href in links.items()}
    return document(content)


def deployment(server, request, name, action):
    download, update = action.handling
    content = {"download": download, "update": update}
    if action.window:
        content["maintenanceWindow"] = action.window
    content["chunks"] = [chunk(server, name, module) for module in action.modules]
    return content


def chunk(server, name, module):
    return {"part": module.part, "version": module.version, "name": module.name,
            "artifacts": [artifact(server, name, module, each) for each in module.artifacts]}


def artifact(server, name, module, each):
    href = server.artifact_link(name, module.id, each.name)
    return {"filename": each.name,
            "hashes": {kind: each.digest(kind) for kind in ("sha1", "md5", "sha256")},
            "size": len(each.data),
            "_links": {"download-http": {"href": href}, "md5sum-http": {"href": href + ".MD5SUM"}}}


def history(server, request, action):
    if int(request.query.get("actionHistory", 0)) == 0 or not server.dialect.lists_history:
        return {}
    return {"actionHistory": {"status": action.state.upper(), "messages": action.history[::-1]}}


def deployment_base(server, request, name, more):
    action = action_of(server, name, more[1])
    if action.state in (CANCELS, CANCELED, WAITS):
        raise Refused(404)
    action.history.append("Update Server: Target retrieved update action and should start now the "
                          "download.")
    return document({"id": action.id, "deployment": deployment(server, request, name, action),
                     **history(server, request, action)})


def installed_base(server, request, name, more):
    action = action_of(server, name, more[1])
    if action.is_active or action.state == CANCELED:
        raise Refused(404)
    return document({"id": action.id, "deployment": deployment(server, request, name, action),
                     **history(server, request, action)})


def cancel_action(server, request, name, more):
    action = action_of(server, name, more[1])
    if action.state not in (CANCELS, CANCELED):
        raise Refused(404)
    return document({"id": action.id, "cancelAction": {"stopId": action.id}})


def confirmation_base(server, request, name, more):
    known(server, name)
    action = server.state.active(name)
    links = {"activateAutoConfirm": {"href": server.control(name, "confirmationBase",
                                                            "activateAutoConfirm")}}
    if action and action.state == WAITS:
        links["confirmationBase"] = {"href": server.control(name, "confirmationBase",
                                                            f"{action.id}?c={action.tag}")}
    return document({"autoConfirm": {"active": False}, "_links": links})


def confirmation_action(server, request, name, more):
    action = action_of(server, name, more[1])
    if action.state != WAITS:
        raise Refused(404)
    return document({"id": action.id, "confirmation": deployment(server, request, name, action),
                     **history(server, request, action)})


# -- what a device says

def body_of(server, request):
    try:
        content = json.loads(request.body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise bad(server)
    return content


def bad(server):
    return Refused(400, "hawkbit.server.error.rest.body.notReadable", server.dialect.not_readable)


def feedback_of(server, request, kind):
    content = body_of(server, request)
    if kind == "confirmationBase":
        if content.get("confirmation") not in CONFIRMATIONS:
            raise bad(server)
        return Feedback(content["confirmation"], "", content.get("code"),
                        content.get("details") or [], content, kind)
    status = content.get("status")
    result = status.get("result") if isinstance(status, dict) else None
    if not isinstance(result, dict) or status.get("execution") not in EXECUTIONS or (
            result.get("finished") not in RESULTS):
        raise bad(server)
    return Feedback(status["execution"], result["finished"], status.get("code"),
                    status.get("details") or [], content, kind)


def feedback(server, request, name, more):
    kind = more[0]
    said = feedback_of(server, request, kind)
    action = action_of(server, name, more[1])
    if server.dialect.needs_id and str(said.body.get("id")) != action.id:
        raise Refused(404)
    take = {"deploymentBase": server.state.deployment_feedback,
            "cancelAction": server.state.cancel_feedback,
            "confirmationBase": server.state.confirmation_feedback}[kind]
    before = action.state
    status = take(action, said)
    action.changes += server.dialect.tags_grow and action.state != before
    if status == 403:
        raise Refused(403, "hawkbit.server.error.quota.tooManyEntries",
                      REPOSITORY + "AssignmentQuotaExceededException")
    if status == 405:
        raise Refused(405, "hawkbit.server.error.action.notcancelable",
                      REPOSITORY + "CancelActionNotAllowedException")
    return Answer(status)


def config_data(server, request, name, _):
    content = body_of(server, request)
    data, mode = content.get("data"), content.get("mode", "merge")
    if not isinstance(data, dict) or not data or mode not in ("merge", "replace", "remove"):
        raise bad(server)
    target = known(server, name)
    if mode == "replace":
        target.attributes.clear()
    for key, value in data.items():
        if mode == "remove":
            target.attributes.pop(key, None)
        else:
            target.attributes[key] = value
    if mode != "remove":
        target.wants_attributes = False
    return Answer(200)


def put_installed(server, request, name, _):
    content = body_of(server, request)
    if not content.get("name") or not content.get("version"):
        raise bad(server)
    known(server, name).offline_versions.append((content["name"], content["version"]))
    return Answer(200)


# -- artifacts

def download(server, request, name, more):
    _, module, _, file = more
    known(server, name)
    active = [action for action in server.state.actions.values() if action.target == name
              and (action.is_active or server.dialect.serves_after_end)]
    if not any(module == each.id for action in active for each in action.modules):
        raise Refused(*NOT_FOUND[:2], REPOSITORY + "SoftwareModuleNotAssignedToTargetException")
    is_md5 = file.endswith(".MD5SUM")
    file = file.removesuffix(".MD5SUM")
    found = [each for each in server.state.modules[module].artifacts if each.name == file]
    if not found:
        raise Refused(404)
    return md5_sum(server, found[0]) if is_md5 else bytes_of(server, request, found[0])


def md5_sum(server, found):
    return Answer(200, f"{found.digest('md5')}  {found.name}".encode(), {
        "Content-Disposition": f"attachment;filename={found.name}.MD5SUM",
        **(server.dialect.md5_type or {})})


def bytes_of(server, request, found):
    request.whole = found.data
    tag = server.dialect.quote + found.digest("sha1") + server.dialect.quote
    size = len(found.data)
    fields = {"Content-Disposition": f"attachment;filename={found.name}", "ETag": tag,
              "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    asked = request.fields.get("range")
    if asked is None or request.fields.get("if-range", tag) != tag:
        if server.dialect.range_of_all:
            fields["Content-Range"] = f"bytes 0-{size - 1}/{size}"
        return Answer(200, found.data, fields)
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", asked)
    first = int(match[1]) if match else size
    last = min(int(match[2]), size - 1) if match and match[2] else size - 1
    if first >= size or last < first:
        return Answer(416, b"", {**fields, "Content-Range": f"bytes */{size}"})
    fields["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Answer(206, found.data[first:last + 1], fields)


ROUTES = (
    ("GET", [], base),
    ("GET", ["deploymentBase", "*"], deployment_base),
    ("POST", ["deploymentBase", "*", "feedback"], feedback),
    ("GET", ["installedBase", "*"], installed_base),
    ("PUT", ["installedBase"], put_installed),
    ("GET", ["cancelAction", "*"], cancel_action),
    ("POST", ["cancelAction", "*", "feedback"], feedback),
    ("GET", ["confirmationBase"], confirmation_base),
    ("GET", ["confirmationBase", "*"], confirmation_action),
    ("POST", ["confirmationBase", "*", "feedback"], feedback),
    ("PUT", ["configData"], config_data),
    ("GET", ["softwaremodules", "*", "artifacts", "*"], download),
)
