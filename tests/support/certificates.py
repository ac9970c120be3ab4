# SPDX-License-Identifier: Apache-2.0
"""Certificates for the camera's name and for 127.0.0.1, made as their users would: with openssl."""

import subprocess

SECONDS = 60


def make_certificate(folder, name="camera", kind=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                     key_form=()):
    """A certificate that vouches for itself, and its key: NAME.crt and NAME.key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-days", "30",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:camera",
                    *key_form, "-keyout", key, "-out", certificate],
                   stderr=subprocess.DEVNULL, check=True, timeout=SECONDS)
    return certificate, key
