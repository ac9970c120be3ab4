# SPDX-License-Identifier: Apache-2.0
"""A device of hawkBit's DDI that writes down what it said and heard, as text that is the same at each
run: what differs from run to run has a placeholder (SERVER, TOKEN, ACTION-1, MODULE-1, TAG-1, DATE).

One exchange is

    == polls for the first time
    > GET /DEFAULT/controller/v1/isp-1
    > Authorization: GatewayToken TOKEN
    < 200
    < Content-Type: application/hal+json
    { ...the body; JSON with its keys sorted... }

Files of exchanges are in recorded/.
"""

import http.client
import json
import re
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import urlsplit

SECONDS = 120  # what takes this long hangs
# Fields of an answer that a client may heed.
HEEDED = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "ETag",
          "Content-Disposition", "Retry-After", "WWW-Authenticate", "Location")
HAL = "application/hal+json"


class Device:
    def __init__(self, url, name, token, tenant="DEFAULT"):
        self.origin, self.name, self.token = url, name, token
        self.base = f"{url}/{tenant}/controller/v1/{name}"
        self.lines, self.names = [], {}

    # -- the network

    def ask(self, title, method, link, body=None, token=None, **fields):
        """`link` is a whole URL, or what follows the target's own."""
        url = urlsplit(link if link.startswith("http") else self.base + link)
        target = url.path + ("?" + url.query if url.query else "")
        sent = {"Authorization": f"GatewayToken {token or self.token}",
                **{name.replace("_", "-"): value for name, value in fields.items()}}
        if method == "GET":
            sent.setdefault("Accept", HAL)
        else:
            sent["Content-Type"] = "application/json"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=SECONDS)
        try:
            connection.request(method, target, data, sent)
            reply = connection.getresponse()
            heard = SimpleNamespace(status=reply.status, fields=reply.headers, body=reply.read())
        finally:
            connection.close()
        if title:
            self.write(title, method, target, sent, data, heard)
        return heard

    def links(self, title="polls"):
        return links_of(self.ask(title, "GET", ""))

    def json(self, title, link, **fields):
        heard = self.ask(title, "GET", link, **fields)
        assert heard.status == 200, (link, heard)
        return json.loads(heard.body)

    def feedback(self, title, link, execution, finished="none", **more):
        """With the action's id, which older servers require."""
        link = link.partition("?")[0]
        status = {"execution": execution, "result": {"finished": finished}, **more}
        return self.ask(title, "POST", link + "/feedback",
                        {"id": link.rpartition("/")[2], "status": status})

    # -- the text

    def write(self, title, method, target, sent, data, heard):
        lines = [f"== {title}", f"> {method} {target}"]
        lines += [f"> {name}: {value}" for name, value in sent.items()]
        lines += pretty(data or b"")
        lines.append(f"< {heard.status}")
        lines += [f"< {name}: {value_of(name, heard.fields[name])}" for name in HEEDED
                  if name in heard.fields and is_heeded(name, heard)]
        lines += pretty(heard.body)
        self.lines += [self.stable(line) for line in lines] + [""]

    def stable(self, line):
        if not line.startswith("=="):
            line = line.replace(self.origin, "SERVER").replace(self.token, "TOKEN")
            line = re.sub(r"\bc=-?\d+", lambda m: "c=" + self.placeholder("TAG", m[0]), line)
            line = re.sub(r"((?:Base|Action|feedback)/)(\d+)",
                          lambda m: m[1] + self.placeholder("ACTION", m[2]), line)
            line = re.sub(r"(softwaremodules/)(\d+)",
                          lambda m: m[1] + self.placeholder("MODULE", m[2]), line)
            line = re.sub(r'("(?:id|stopId)": ")(\d+)"',
                          lambda m: m[1] + self.placeholder("ACTION", m[2]) + '"', line)
            line = re.sub(r"\b\d{13}\b", "TIME", line)
            line = re.sub(r'^( "(?:message|timestamp)": ").*"', r'\1TEXT"', line)
        return line

    def placeholder(self, kind, value):
        same = [name for name in self.names if name[0] == kind]
        return self.names.setdefault((kind, value), f"{kind}-{len(same) + 1}")

    def text(self):
        return "\n".join(self.lines)


def links_of(heard):
    document = json.loads(heard.body) if heard.body else {}
    return {rel: link["href"] for rel, link in document.get("_links", {}).items()}


def is_heeded(name, heard):
    """The length and the tag of a document say nothing: some servers send chunks, or no tag."""
    return (name not in ("Content-Length", "ETag")
            or "octet-stream" in heard.fields.get("Content-Type", ""))


def value_of(name, value):
    return re.sub(r";\s*charset=.*", "", value) if name == "Content-Type" else value


def pretty(body):
    if not body:
        return []
    try:
        text = json.dumps(json.loads(body), indent=1, sort_keys=True)
    except ValueError:
        text = body.decode() if body.isascii() and len(body) < 200 else f"({len(body)} bytes)"
    return text.splitlines()


@dataclass
class Exchange:
    title: str
    asked: str
    answered: str


def read(text):
    """The exchanges of a file."""
    found = []
    for piece in re.split(r"^== ", text, flags=re.M)[1:]:
        title, _, rest = piece.partition("\n")
        asked, _, answered = rest.partition("\n< ")
        found.append(Exchange(title, asked.strip(), ("< " + answered).strip()))
    return found
