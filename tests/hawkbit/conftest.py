# SPDX-License-Identifier: Apache-2.0
import sys
import warnings
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "gateway")]

import hawkbit_server  # noqa: E402
from exchanges import Device  # noqa: E402
from management import Management, RealStage  # noqa: E402

TOKEN = "gateway-token-of-these-tests"


@pytest.fixture(scope="session")
def hawkbit(tmp_path_factory):
    """The real server, started once for all tests."""
    try:
        found = hawkbit_server.find()
    except hawkbit_server.Missing as missing:
        warnings.warn(f"NO HAWKBIT HERE: {missing}", stacklevel=1)
        pytest.skip(f"no hawkBit can be had here: {missing}")
    folder = tmp_path_factory.mktemp("hawkbit")
    try:
        # Only clients that name another address are limited: 127.0.0.1 is on the server's list.
        found.start(folder, "--hawkbit.server.security.dos.filter.maxRead=3")
        Management(found.url).gateway_token(TOKEN)
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="session")
def management(hawkbit):
    return Management(hawkbit.url)


@pytest.fixture(scope="session")
def stage(hawkbit):
    return RealStage(hawkbit.url, TOKEN, Device)
