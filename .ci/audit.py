"""Asks for known faults in what is locked: `python .ci/audit.py requirements/*.txt`.

pip-audit passes over what it cannot find, and then says that all is well. So its list is read here:
each locked package has to be on it, looked up and without a fault, or with one that is accepted for
a while and with a reason in accepted_faults.toml. With `--where-reachable` it is no fault that
nobody could be asked.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ACCEPTED = Path(__file__).with_name("accepted_faults.toml")
_WITHIN_S = 300


class AuditError(Exception):
    """What is locked is not known to be sound."""


class UnreachableError(AuditError):
    """Nobody could be asked about any package."""


def locked(text: str) -> set[str]:
    """Return the packages that a lock file names for this machine."""
    pins = [line.rstrip("\\ ") for line in text.splitlines() if line[:1].isalnum()]
    wanted = [pin for pin in map(Requirement, pins) if not pin.marker or pin.marker.evaluate()]
    return {canonicalize_name(pin.name) for pin in wanted}


def accepted(told: dict[str, Any], today: date) -> set[tuple[str, str]]:
    """Return which fault of which package is accepted.

    :raises AuditError: one has no reason, or its time is over
    """
    found: set[tuple[str, str]] = set()
    for each in told.get("fault", ()):
        name = f"{each['package']} {each['id']}"
        if not each["reason"].strip():
            raise AuditError(f"{name} is accepted without a reason")
        if each["until"] < today:
            raise AuditError(f"{name} was accepted until {each['until']}: {each['reason']}")
        found.add((canonicalize_name(each["package"]), each["id"]))
    return found


def judge(report: dict[str, Any], names: set[str], known: set[tuple[str, str]]) -> int:
    """Return how many packages were looked up and found sound.

    :raises UnreachableError: none was looked up
    :raises AuditError: telling each that was not, or has a fault that is not accepted
    """
    listed = {canonicalize_name(each["name"]): each for each in report["dependencies"]}
    asked = {name: each for name, each in listed.items() if "skip_reason" not in each}
    if names and not asked:
        raise UnreachableError("no package could be looked up")
    faults = [f"{name} was not looked up" for name in sorted(names - set(asked))]
    for name, each in asked.items():
        faults += _faults(name, each, known)
    if faults:
        raise AuditError("; ".join(faults))
    return len(asked)


def _faults(name: str, package: dict[str, Any], known: set[tuple[str, str]]) -> Iterable[str]:
    for fault in package["vulns"]:
        ids = (fault["id"], *fault.get("aliases", ()))
        if not any((name, each) in known for each in ids):
            fixed = ", ".join(fault["fix_versions"]) or "none yet"
            yield f"{name} {package['version']} has {fault['id']}, fixed in: {fixed}"


def _ask(lock: str) -> dict[str, Any]:
    """Return pip-audit's report. Nothing is resolved or installed: what is locked is asked for."""
    how = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off")
    command = [sys.executable, "-m", "pip_audit", *how, "--requirement", lock]
    try:
        done = _run(command)
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"no answer within {_WITHIN_S} s") from None
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        last = (done.stderr.strip() or "nothing").splitlines()[-1]
        raise UnreachableError(f"pip-audit said {last}") from None
    return report


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN_S, check=False)  # noqa: S603


def main(arguments: Sequence[str]) -> int:
    """Audit each lock file; 0 when all are sound."""
    locks = [each for each in arguments if not each.startswith("-")]
    status = 0 if locks else 2
    known = accepted(tomllib.loads(ACCEPTED.read_text()), datetime.now(UTC).date())
    for lock in locks:
        try:
            told = f"{judge(_ask(lock), locked(Path(lock).read_text()), known)} packages are sound"
        except UnreachableError as error:
            told = f"NOT AUDITED, the vulnerability service cannot be reached: {error}"
            status = status if "--where-reachable" in arguments else 1
        except AuditError as error:
            told, status = str(error), 1
        sys.stdout.write(f"{lock}: {told}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
