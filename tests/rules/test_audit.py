"""The audit believes no silence: what was not looked up is not sound."""

import runpy
import subprocess
import tomllib
from datetime import date

import pytest

from tests.rules.programs import ROOT

AUDIT = runpy.run_path(str(ROOT / ".ci" / "audit.py"))
AuditError, UnreachableError = AUDIT["AuditError"], AUDIT["UnreachableError"]
LOCK = r"""amqp==5.4.2 \
    --hash=sha256:93
    # via kombu
Old_Thing==1.0 ; python_version < '3' \
    --hash=sha256:94
orjson==3.13.0 \
    --hash=sha256:95
"""
NAMES = {"amqp", "orjson"}
SOUND = {"name": "amqp", "version": "5.4.2", "vulns": []}
SKIPPED = {"name": "orjson", "skip_reason": "Dependency not found on PyPI: orjson (3.13.0)"}
FAULT = {
    "id": "PYSEC-2026-7",
    "fix_versions": ["3.13.1"],
    "aliases": ["CVE-2026-7"],
    "description": "It breaks.",
}
FAULTY = {"name": "orjson", "version": "3.13.0", "vulns": [FAULT]}
ENTRY = '[[fault]]\npackage = "orjson"\nid = "{id}"\nreason = "{reason}"\nuntil = 2026-12-31\n'


def judge(*listed, known=frozenset(), names=NAMES):
    return AUDIT["judge"]({"dependencies": list(listed), "fixes": []}, names, known)


def accepted(today=date(2026, 12, 31), **entry):
    text = ENTRY.format(**{"id": "PYSEC-2026-7", "reason": "Not reached"} | entry)
    return AUDIT["accepted"](tomllib.loads(text), today)


def test_what_was_looked_up_and_has_no_fault_is_sound():
    assert judge(SOUND, {**SOUND, "name": "ORJSON"}) == 2


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ((SOUND, FAULTY), "orjson 3.13.0 has PYSEC-2026-7, fixed in: 3.13.1"),
        ((SOUND, SKIPPED), "orjson was not looked up"),
        ((SOUND,), "orjson was not looked up"),
    ],
)
def test_all_else_is_not(listed, told):
    with pytest.raises(AuditError, match=told):
        judge(*listed)


@pytest.mark.parametrize("listed", [(SKIPPED, {**SKIPPED, "name": "amqp"}), ()])
def test_where_nothing_was_looked_up_nobody_was_asked(listed):
    with pytest.raises(UnreachableError):
        judge(*listed)


@pytest.mark.parametrize("name", ["PYSEC-2026-7", "CVE-2026-7"])
def test_a_fault_may_be_accepted_by_any_of_its_names(name):
    assert judge(SOUND, FAULTY, known=accepted(id=name)) == 2


def test_it_is_accepted_for_its_package_alone():
    with pytest.raises(AuditError, match="amqp"):
        judge({**SOUND, "vulns": [FAULT]}, {**FAULTY, "vulns": []}, known=accepted())


@pytest.mark.parametrize("entry", [{"today": date(2027, 1, 1)}, {"reason": " "}])
def test_not_for_ever_and_not_without_a_reason(entry):
    with pytest.raises(AuditError, match="accepted"):
        accepted(**entry)


def test_a_lock_file_names_what_is_for_this_machine():
    assert AUDIT["locked"](LOCK) == NAMES


@pytest.mark.parametrize("lock", ["base", "dev", "embedded", "uv"])
def test_every_lock_file_is_read(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()

    assert len(AUDIT["locked"](text)) > 0.9 * sum("==" in line for line in text.splitlines())


def test_the_file_of_what_is_accepted_can_be_read():
    AUDIT["accepted"](tomllib.loads(AUDIT["ACCEPTED"].read_text()), date.min)


def test_an_unreachable_service_is_forgiven_where_that_was_said_and_only_there(monkeypatch, capsys):
    lock = str(ROOT / "requirements" / "uv.txt")
    monkeypatch.setitem(AUDIT["main"].__globals__, "_ask", lambda _: {"dependencies": []})

    assert AUDIT["main"](["--where-reachable", lock]) == 0
    assert "NOT AUDITED" in capsys.readouterr().out
    assert AUDIT["main"]([lock]) == 1
    assert AUDIT["main"]([]) == 2


def test_a_service_that_never_answers_is_an_unreachable_one(monkeypatch):
    def hang(command):
        raise subprocess.TimeoutExpired(command, 300)

    monkeypatch.setitem(AUDIT["main"].__globals__, "_run", hang)

    assert AUDIT["main"](["--where-reachable", str(ROOT / "requirements" / "uv.txt")]) == 0
