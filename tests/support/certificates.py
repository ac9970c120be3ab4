# SPDX-License-Identifier: Apache-2.0
"""Certificates for the camera's name and for 127.0.0.1, made with openssl, as a user would make
them."""

import subprocess

SECONDS = 60


def make_certificate(folder, name="camera", kind=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                     key_form=(), names="IP:127.0.0.1,DNS:camera"):
    """A self-signed certificate and its key: NAME.crt and NAME.key. `names`: the hosts that it is
    for."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-days", "30",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}",
                    *key_form, "-keyout", key, "-out", certificate],
                   stderr=subprocess.DEVNULL, check=True, timeout=SECONDS)
    return certificate, key
