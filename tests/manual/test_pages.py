# SPDX-License-Identifier: Apache-2.0
"""The manual pages list exactly what the programs' help lists."""

import re
import shutil
import subprocess

import pytest
from usage import fault_kinds, options, usage, verbs

# Options of every program, which a page need not list.
ALWAYS = {"--help", "--version"}


@pytest.fixture(name="man")
def man_fixture(root):
    return root / "docs" / "man"


def sources(root):
    return sorted((root / "docs" / "man").glob("*.scd"))


def chapter(text, title, mark="# "):
    """The text below a title, up to the next title of the same or a higher level."""
    _, _, rest = text.partition(f"\n{mark}{title}\n")
    assert rest, title
    return re.split(r"(?m)^#{1,%d} " % (len(mark) - 1), rest)[0]


def of_verb(man, verb):
    """A verb's own page, or its chapter in ispup(1)."""
    own = man / f"ispup-{verb}.1.scd"
    return own.read_text() if own.exists() else chapter((man / "ispup.1.scd").read_text(), verb,
                                                        "## ")


def bold_terms(text):
    """The terms of a list: bold words at the beginning of a line with an explanation after it."""
    lines = re.findall(r"(?m)^(\*.*)\n\t", text)
    return {term for line in lines for term in re.findall(r"\*([^*]+)\*", line)}


def test_every_verb_of_ispup_and_each_of_its_options_is_in_its_page(build, man):
    for verb in verbs(build):
        assert options(of_verb(man, verb)) == options(usage(build, "ispup/ispup", verb)), verb


def test_ispup_has_no_page_for_a_verb_that_is_not_there(build, man):
    pages = {page.name.split(".")[0].removeprefix("ispup-") for page in man.glob("ispup-*.1.scd")}
    chapters = set(re.findall(r"(?m)^## (.*)$", (man / "ispup.1.scd").read_text()))
    assert pages | chapters == set(verbs(build))
    assert not pages & chapters
    synopsis = chapter((man / "ispup.1.scd").read_text(), "SYNOPSIS")
    assert set(re.findall(r"(?m)^\*ispup\* \*([a-z]+)\*", synopsis)) == set(verbs(build))


@pytest.mark.parametrize("program, page", [
    ("ispup-camera/ispup-camera", "ispup-camera.8.scd"), ("ispupd/ispupd", "ispupd.8.scd"),
])
def test_every_option_of_a_program_is_in_its_page(build, man, program, page):
    said = options(usage(build, program))
    assert options((man / page).read_text()) == said | ALWAYS
    subprocess.run([build / "src" / program, "--version"], stdout=subprocess.DEVNULL, check=True)


def test_every_verb_of_ispup_camera_is_in_its_page(build, man):
    said = set(re.findall(r"(?m)^  ([a-z]+) ", usage(build, "ispup-camera/ispup-camera")))
    assert len(said) > 5
    page = chapter((man / "ispup-camera.8.scd").read_text(), "VERBS")
    assert {line.split("*")[1] for line in re.findall(r"(?m)^(\*.*)\n\t", page)} == said


def test_every_exit_status_is_in_its_page(build, man):
    said = re.search(r"exit status: (.*)", usage(build, "ispup-camera/ispup-camera"), re.S)[1]
    page = chapter((man / "ispup-camera.8.scd").read_text(), "EXIT STATUS")
    assert bold_terms(page) == set(re.findall(r"\b\d+\b", said))


def test_every_fault_is_in_its_page(build, man):
    page = chapter((man / "ispup-simulate.1.scd").read_text(), "FAULTS")
    assert bold_terms(page) == fault_kinds(build)


def configuration_keys(root):
    """Section, key and default, as the table of the sources has them."""
    text = (root / "src" / "camera" / "configuration_key.c").read_text()
    table = text.partition("keys[] = {")[2].partition("\n};")[0]
    found = re.findall(r'\{"([a-z]+)", "([a-z-]+)",.*?\), (?:"([^"]*)"|NULL),', table, re.S)
    assert len(found) == table.count("READ(")
    return found


def test_every_key_of_the_configuration_is_in_its_page_with_its_default(root, man):
    page = (man / "ispup.conf.5.scd").read_text()
    keys = configuration_keys(root)
    sections = {section for section, _, _ in keys}
    assert set(re.findall(r"(?m)^# \[(.*)\]$", page)) == sections
    for section in sections:
        below = chapter(page, f"[{section}]")
        assert bold_terms(below) == {key for one, key, _ in keys if one == section}, section
        for key, default in [(key, default) for one, key, default in keys if one == section]:
            explained = re.search(rf"(?m)^.*\*{key}\*.*\n((?:\t.*\n)+)", below)[1]
            assert default in " ".join(explained.split()), key


def test_every_source_is_built(root, build):
    listed = re.findall(r"'([a-z.-]+\.[158])'", (root / "docs/man/meson.build").read_text())
    assert sorted(listed) == [page.stem for page in sources(root)]
    if shutil.which("scdoc") is None:
        pytest.skip("no scdoc: the pages are not built")
    for name in listed:
        assert (build / "docs" / "man" / name).is_file(), name


def test_every_page_renders_without_a_warning(root):
    if shutil.which("scdoc") is None or shutil.which("groff") is None:
        pytest.skip("no scdoc or no groff")
    for page in sources(root):
        made = subprocess.run(["scdoc"], stdin=page.open(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        assert (made.returncode, made.stderr) == (0, b""), page.name
        shown = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-P-cbou"], input=made.stdout,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert (shown.returncode, shown.stderr) == (0, b""), page.name
        assert page.stem.rpartition(".")[0] in shown.stdout.decode()


def test_a_page_refers_to_pages_that_are_there(root):
    there = {page.stem for page in sources(root)}
    for page in sources(root):
        named = {f"{name}.{number}" for name, number in
                 re.findall(r"\*([a-z.-]+)\*\(([0-9])\)", page.read_text())}
        assert named <= there, page.name
        assert page.stem not in named, page.name
