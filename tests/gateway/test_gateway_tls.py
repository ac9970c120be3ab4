# SPDX-License-Identifier: Apache-2.0
"""hawkBit over HTTPS: whom the gateway believes, and to whom it shows its own certificate."""

import ssl

import pytest
from certificates import make_certificate
from ddi_server import DdiServer
from simulation import until

OURS = "certificate = gateway.crt\nkey = gateway.key\n"


@pytest.fixture
def authority(tmp_path):
    """The certificate of the server, which signs itself. The gateway's own lies beside it."""
    make_certificate(tmp_path, "gateway")
    return make_certificate(tmp_path, "server")


def context(authority, folder, wants):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*authority)
    made.load_verify_locations(folder / "gateway.crt")
    made.verify_mode = wants
    return made


@pytest.fixture
def server(authority, tmp_path):
    with DdiServer(tls=context(authority, tmp_path, ssl.CERT_OPTIONAL)) as made:
        yield made


def test_an_update_with_both_certificates(gateway, server):
    server.tls.verify_mode = ssl.CERT_REQUIRED
    made = gateway(1, hawkbit=f"cacert = server.crt\n{OURS}")
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200
    assert all(request.certificate for request in server.requests)


def test_a_server_that_no_authority_knows_is_asked_nothing(gateway, server):
    made = gateway(1)
    made.assign()
    made.start()
    until(lambda: "its certificate is not trusted" in made.said(), "a line")
    assert server.requests == [] and made.updates() == 0


def test_another_origin_sees_neither_token_nor_certificate(gateway, server, authority, tmp_path):
    made = gateway(1, hawkbit=f"cacert = server.crt\n{OURS}")
    with DdiServer(tls=context(authority, tmp_path, ssl.CERT_OPTIONAL)) as other:
        server.artifact_origin = other.url
        made.assign()
        made.start()
        until(lambda: other.asked("/artifacts/"), "a request")
        assert all("authorization" not in request.fields for request in other.requests)
        assert all(request.certificate is None for request in other.requests)
        assert all(request.certificate for request in server.requests)
