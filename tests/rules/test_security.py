"""SECURITY.md names, for each threat, tests that exist."""

import ast
import re

import pytest

from tests.rules.programs import ROOT

TEXT = (ROOT / "SECURITY.md").read_text()
MODEL = TEXT.partition("## The threat model")[2].partition("## Out of scope")[0]
ROWS = re.findall(r"^\| (?!Threat|---)(.+) \|$", MODEL, re.MULTILINE)
TEST = re.compile(r"`([a-z_/]+\.py)((?:::\w+)+)`")
STRIDE = ("Spoofing", "Tampering", "Repudiation", "Information", "Denial", "Elevation")


def what_is_in(path):
    """Return the tests of a file, those of a class behind its name."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(f"::{node.name}")
        elif isinstance(node, ast.ClassDef):
            inner = (each for each in node.body if isinstance(each, ast.FunctionDef))
            found |= {f"::{node.name}::{each.name}" for each in inner}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.partition(" |")[0][:60])
def test_each_threat_is_answered_and_its_tests_exist(row):
    threat, answer, shown_by = row.split(" | ")
    named = TEST.findall(shown_by)

    assert threat.strip()
    assert answer.strip()
    assert named
    assert TEST.sub("", shown_by).strip(", ") == ""
    for file, test in named:
        assert test in what_is_in(ROOT / "tests" / file), f"{file}{test}"


def test_no_kind_of_threat_was_left_out():
    headings = re.findall(r"^### (\w+)", MODEL, re.MULTILINE)

    assert tuple(headings) == STRIDE
    assert len(ROWS) > 30
