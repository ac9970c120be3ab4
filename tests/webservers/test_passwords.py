# SPDX-License-Identifier: Apache-2.0
"""Passwords on their way through each web server: they arrive unchanged, and are stored
nowhere."""

import base64
import subprocess


# Every byte that the vendor's cameras allow in a password, in two parts of at most 63 bytes.
ALLOWED = [bytes(code for code in range(0x21, 0x7F) if chr(code) not in ":#?/\\%&'\",")[:45],
           bytes(code for code in range(0x21, 0x7F) if chr(code) not in ":#?/\\%&'\",")[45:]]
# Requests that a server itself refuses, and may log.
ODD_TARGETS = ["/cgi-bin/none", "/cgi-bin/update/x", "/cgi-bin/", "/none", "/%zz", "/../../x",
               "/cgi-bin/update%00", "/cgi-bin/../../x", "//cgi-bin//none", "/cgi-bin/updates",
               "none", "http://other/none"]
ODD_FIELDS = ["Content-Length: 99999999999", "Content-Length: x", "Content-Length: 1\r\n"
              "Content-Length: 2", "Transfer-Encoding: other", "not a field", "Host: a b",
              "Expect: the worst", "X: " + 100 * 100 * "x"]


def get(target, *fields, method="GET"):
    more = "".join(f"{field}\r\n" for field in fields)
    return f"{method} {target} HTTP/1.1\r\nHost: camera\r\nConnection: close\r\n{more}\r\n".encode()


def encoded(name, password):
    return base64.b64encode(name.encode() + b":" + password)


def account_field(name, password):
    return f"X-ISP-Account: {encoded(name, password).decode()}"


def test_a_password_of_any_allowed_bytes_arrives_as_it_is(kind, make_camera, serve):
    camera = make_camera()
    for i, password in enumerate(ALLOWED):
        subprocess.run([camera.build / "src" / "ispup-camera" / "ispup-camera", "-c",
                        camera.configuration, "account", "add", f"all-{i}", "--level", "root",
                        "--password-fd", "0"], input=password + b"\n", check=True)
    server = serve(kind, camera)
    for i, password in enumerate(ALLOWED):
        reply = server.exchange(
            get(f"/cgi-bin/system?USER=all-{i}&PWD={password.decode()}&LOGIN"))
        assert reply.body == b"LOGIN='1'\n", password
        reply = server.exchange(get("/cgi-bin/system?LOGIN", account_field(f"all-{i}", password)))
        assert reply.body == b"LOGIN='1'\n", password


def test_no_log_holds_a_password(kind, make_camera, serve, requests):
    camera = make_camera()
    server = serve(kind, camera)
    query = "USER=admin&PWD=hunter2-secret&ISP_IMAGE"
    referer = f"Referer: http://camera/cgi-bin/update?{query}"
    for target in ["/cgi-bin/update", *ODD_TARGETS]:
        server.exchange(get(f"{target}?{query}", referer))
        server.exchange(get(f"{target}?ISP_IMAGE", account_field("admin", b"hunter2-secret")))
    for field in ODD_FIELDS:
        server.exchange(get("/cgi-bin/update?ISP_IMAGE",
                            account_field("admin", b"hunter2-secret"), field))
        server.exchange(get(f"/cgi-bin/update?{query}_SAVE", referer, field, method="POST"))
    whole = requests("spec/stage3-4.session").replace(b"123456", b"hunter2-secret")
    server.exchange(whole[:-50], is_truncated=True)
    assert server.exchange(whole).body.startswith(b"ERROR: ")
    server.stop()  # lighttpd buffers lines for some seconds
    logged = server.said()
    for method in (b"GET", b"POST") if server.logs else ():
        assert method + b" /cgi-bin/update" in logged, "not all was logged"
    hidden = (b"hunter2", b"PWD", encoded("admin", b"hunter2-secret"))
    assert [line for line in logged.splitlines() if any(one in line for one in hidden)] == []


def test_of_two_account_fields_the_first_never_counts(kind, make_camera, serve):
    """busybox httpd passes on the last one; the others join both in one, which is malformed."""
    server = serve(kind, make_camera())
    right, wrong = account_field("admin", b"123456"), account_field("admin", b"guess")
    assert server.exchange(get("/cgi-bin/system?LOGIN", right)).body == b"LOGIN='1'\n"
    replies = [server.exchange(get("/cgi-bin/system?LOGIN", *fields)).body
               for fields in ((right, wrong), (wrong, right))]
    assert [reply == b"LOGIN='1'\n" for reply in replies] == [
        False, kind.sample == "busybox-httpd.conf"]


def test_a_ticket_arrives_in_both_directions(kind, make_camera, serve):
    """It spares the camera the hash of the next question, which then gives no new one."""
    server = serve(kind, make_camera())
    account, target = account_field("admin", b"123456"), "/cgi-bin/update?ISP_STATUS"
    first = server.exchange(get(target, account))
    [ticket] = first.field("X-ISP-Ticket")
    second = server.exchange(get(target, account, f"X-ISP-Ticket: {ticket}"))
    assert second.body == first.body and second.field("X-ISP-Ticket") == []
