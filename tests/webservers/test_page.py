# SPDX-License-Identifier: Apache-2.0
"""The operator's page under each web server: every file, its type and its policy. (A browser uses it in
tests/browser/.)"""

from page import FILES

TYPES = {"html": "text/html", "css": "text/css", "js": "javascript"}
POLICY = {
    "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin"}


def get(server, target):
    return server.exchange(f"GET {target} HTTP/1.1\r\nHost: camera\r\nConnection: close\r\n\r\n".encode())


def fields_of(reply):
    return {name.lower(): value for name, value in reply.head}


def test_every_file_of_the_page_is_served_with_its_policy(kind, make_camera, serve, root):
    server = serve(kind, make_camera())
    for target, name in [("/", "index.html"), *((f"/{name}", name) for name in FILES)]:
        reply = get(server, target)
        fields = fields_of(reply)
        assert reply.status == 200 and reply.body == (root / "web" / name).read_bytes(), target
        assert TYPES[name.rsplit(".")[-1]] in fields["content-type"], target
        # busybox httpd adds no fields: the page itself has what can stand in it.
        if kind.binary != ["busybox"]:
            assert {key: fields.get(key) for key in POLICY} == POLICY, target


def test_the_replies_of_the_programs_have_no_policy_of_the_page(kind, make_camera, serve):
    """A form that sends no `Referer` could not upload (docs/web-servers.md)."""
    server = serve(kind, make_camera())
    reply = get(server, "/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE")
    assert b"URL_FIRMWARE_IMAGE" in reply.body
    assert not set(POLICY) & set(fields_of(reply))
