# SPDX-License-Identifier: Apache-2.0
import contextlib
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bed import Bed, archive  # noqa: E402
from board import FLASH_FILES, Board, furnish  # noqa: E402
from product import NOR, Factory, factory_card, factory_flash  # noqa: E402


@pytest.fixture(scope="session")
def bed():
    return Bed()


@pytest.fixture(scope="session")
def products(tmp_path_factory, build):
    return Factory(tmp_path_factory.mktemp("products"), build)


class Stock:
    """New boards of each kind; tests get copies."""

    def __init__(self, bed, products, folder):
        self.bed, self.products, self.folder = bed, products, folder
        self.made = {}

    def original(self, kind):
        if kind not in self.made:
            self.made[kind] = self.manufacture(kind)
        return self.made[kind]

    def manufacture(self, kind):
        """The first boot adopts the image that is in flash."""
        folder = self.folder / kind
        self.products.put_on(folder / "own", kind)
        system = folder / "system"
        system.write_bytes(self.bed.system + archive(folder / "own"))
        furnish(folder, factory_flash(self.products.image("V1.00.00"), NOR))
        if kind == "card":
            factory_card(folder / "card", self.products.image("V1.00.00"))
        board = Board(self.bed, folder, system)
        try:
            board.power_on()
            board.run("sync")
        finally:
            board.cut_power()
        return folder

    def copy(self, kind, folder):
        original = self.original(kind)
        folder.mkdir()
        for name in FLASH_FILES:
            if (original / name).exists():
                shutil.copy(original / name, folder)
        return Board(self.bed, folder, original / "system")

    @contextlib.contextmanager
    def running(self, kind, folder):
        board = self.copy(kind, folder)
        try:
            board.power_on()
            yield board
        finally:
            board.dispose()


@pytest.fixture(scope="session")
def stock(bed, products, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock")
    yield Stock(bed, products, folder)
    shutil.rmtree(folder)  # 128 MiB of flash for each kind, which pytest would keep


@pytest.fixture
def boards(stock, tmp_path):
    """Gives out boards that are switched on; all are off and deleted after the test."""
    made = []

    def make(kind):
        made.append(stock.copy(kind, tmp_path / f"board-{len(made)}"))
        made[-1].power_on()
        return made[-1]

    yield make
    for board in made:
        board.dispose()


@pytest.fixture(scope="module")
def idle_board(stock, tmp_path_factory):
    """A board with two banks for tests that change nothing on it."""
    with stock.running("two-banks", tmp_path_factory.mktemp("idle") / "board") as board:
        yield board
