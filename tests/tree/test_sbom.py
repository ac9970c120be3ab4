# SPDX-License-Identifier: Apache-2.0
"""`make sbom`: a bill of materials of each program in the form of SPDX 2.3."""

import hashlib
import json
import re
import subprocess

import pytest

PROGRAMS = {"update": "cgi-bin", "system": "cgi-bin", "ispup-camera": "ispup-camera",
            "ispupd": "ispupd", "ispup": "ispup"}
# What the specification asks of each part: keys and the form of their values.
IDENTITY = r"SPDXRef-[A-Za-z0-9.-]+"
DOCUMENT = {"spdxVersion": r"SPDX-2\.3", "dataLicense": r"CC0-1\.0", "SPDXID": r"SPDXRef-DOCUMENT",
            "name": r".+", "documentNamespace": r"https://[^#\s]+"}
PACKAGE = {"SPDXID": IDENTITY, "name": r".+", "versionInfo": r".+",
           "downloadLocation": r"NOASSERTION", "licenseConcluded": r"NOASSERTION|Apache-2\.0",
           "licenseDeclared": r"NOASSERTION|Apache-2\.0", "copyrightText": r".+",
           "supplier": r"NOASSERTION|Organization: .+"}
RELATIONSHIP = {"spdxElementId": IDENTITY, "relatedSpdxElement": IDENTITY,
                "relationshipType": r"DESCRIBES|DYNAMIC_LINK|STATIC_LINK"}


def written(root, build, folder):
    subprocess.run([root / "tools" / "sbom", build, folder], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    return {path.name.removesuffix(".spdx.json"): json.loads(path.read_text())
            for path in folder.iterdir()}


@pytest.fixture(scope="module")
def bills(root, build, tmp_path_factory):
    return written(root, build, tmp_path_factory.mktemp("bills"))


def faults(part, form):
    return [f"{key}: {part.get(key)}" for key, value in form.items()
            if not re.fullmatch(value, str(part.get(key)))]


def structure_faults(bill):
    """What the specification does not allow."""
    found = faults(bill, DOCUMENT)
    creation = bill["creationInfo"]
    found += faults(creation, {"created": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"})
    found += [one for one in creation["creators"] or ["none"]
              if not re.fullmatch(r"(Tool|Organization|Person): \S.*", one)]
    identities = [bill["SPDXID"], *(package["SPDXID"] for package in bill["packages"])]
    found += [one for one in set(identities) if identities.count(one) > 1]
    for package in bill["packages"]:
        found += faults(package, PACKAGE)
        found += ["files" for _ in [0] if package["filesAnalyzed"] is not False]
        for reference in package.get("externalRefs", []):
            found += faults(reference, {"referenceCategory": "PACKAGE-MANAGER",
                                        "referenceType": "purl",
                                        "referenceLocator": r"pkg:[a-z]+/[^@\s]+@\S+"})
    for link in bill["relationships"]:
        found += faults(link, RELATIONSHIP)
        found += [one for one in (link["spdxElementId"], link["relatedSpdxElement"])
                  if one not in identities]
    return found


def test_each_program_has_a_bill_of_the_right_structure(bills):
    assert set(bills) == set(PROGRAMS)
    assert {name: structure_faults(bill) for name, bill in bills.items()} == {
        name: [] for name in bills}


@pytest.mark.parametrize("change", [
    lambda bill: bill.pop("dataLicense"),
    lambda bill: bill.update(spdxVersion="SPDX-3.0"),
    lambda bill: bill["creationInfo"].update(created="today"),
    lambda bill: bill["packages"][1].pop("downloadLocation"),
    lambda bill: bill["packages"][1].update(SPDXID=bill["packages"][0]["SPDXID"]),
    lambda bill: bill["packages"][1].update(SPDXID="SPDXRef-a b"),
    lambda bill: bill["relationships"][0].update(relatedSpdxElement="SPDXRef-none"),
])
def test_this_test_sees_a_wrong_structure(bills, change):
    bill = json.loads(json.dumps(bills["update"]))
    change(bill)
    assert structure_faults(bill) != []


def libraries(bill, link):
    """Name and version of each library that is linked that way."""
    named = {package["SPDXID"]: package for package in bill["packages"]}
    return {named[one["relatedSpdxElement"]]["name"]: named[one["relatedSpdxElement"]]["versionInfo"]
            for one in bill["relationships"] if one["relationshipType"] == link}


def version_of(name):
    return subprocess.run(["pkg-config", "--modversion", name], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_names_the_program_and_each_library_that_it_loads(bills, build, program):
    path = build / "src" / PROGRAMS[program] / program
    own = bills[program]["packages"][0]
    assert own["checksums"] == [{"algorithm": "SHA256", "checksumValue":
                                 hashlib.sha256(path.read_bytes()).hexdigest()}]
    loaded = subprocess.run(["readelf", "-dW", path], stdout=subprocess.PIPE, check=True,
                            text=True).stdout.count("(NEEDED)")
    linked = libraries(bills[program], "DYNAMIC_LINK")
    assert len(linked) == loaded and "NOASSERTION" not in linked.values()
    assert linked["nettle"] == version_of("nettle")
    assert ("gnutls" in linked) == (program in ("ispup", "ispupd"))


def test_a_static_program_names_the_libraries_inside(root, tmp_path):
    folder = tmp_path / "static"
    setup = subprocess.run(
        ["meson", "setup", folder, "-Dispupd=disabled", "-Dispup=disabled", "-Dman=disabled",
         "-Dtests=disabled", "-Dinflate=zlib", "-Dprefer_static=true", "-Db_pie=false",
         "-Dc_link_args=-static"], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if setup.returncode != 0:
        pytest.skip("the libraries are not here as static ones")
    subprocess.run(["ninja", "-C", folder, "src/cgi-bin/update"], stdin=subprocess.DEVNULL, check=True,
                   stdout=subprocess.DEVNULL)
    linked = libraries(written(root, folder, tmp_path / "bills")["update"], "STATIC_LINK")
    assert {"nettle", "hogweed", "zlib", "libseccomp", "libcrypt"} < set(linked)
    assert linked["zlib"] == version_of("zlib") and "NOASSERTION" not in linked.values()


def test_the_same_programs_give_the_same_bill(root, build, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one, again = (written(root, build, tmp_path / name) for name in ("one", "again"))
    assert one == again
    assert one["update"]["creationInfo"]["created"] == "2023-11-14T22:13:20Z"
