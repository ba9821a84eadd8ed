import re
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.renderings import apply_changes
from shared.domain.text import Span
from shared.domain.unified_diffs import unified_diff
from tests.unit.shared.domain.test_renderings import changed_texts

_HUNK = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@")
_PIECES = ["\n"] * 4 + ["one\n", "two\r\n", "\r", "--- a/x\n", "+++ b", "@@ -1 +1 @@\n", "-- x\n"]
pieces = st.lists(st.sampled_from([*_PIECES, "word", "\\ No", " ", "\u2028\n"]), max_size=9)
texts = changed_texts(pieces.map("".join))
PROGRAMS = {
    "patch": ["patch", "--binary", "--silent", "--posix", "-p1", "document", "change.diff"],
    "git": ["git", "apply", "--whitespace=nowarn", "-p1", "change.diff"],
}


def diff_of(content, changes):
    ordered = sorted(changes, key=lambda change: change.span)
    return unified_diff(content, [(change.span, change.suggested) for change in ordered])


def patched(program, where, old, diff):
    (where / "document").write_bytes(old.encode())
    (where / "change.diff").write_bytes(diff.encode())
    subprocess.run(PROGRAMS[program], cwd=where, check=True, timeout=20, capture_output=True)
    return (where / "document").read_bytes().decode() if (where / "document").exists() else ""


def sides(diff):
    """Return the lines of each hunk as they were and as they become, with where they begin."""
    lines = diff.split("\n")[2:-1]
    hunks = []
    for number, line in enumerate(lines):
        if line.startswith("\\"):
            continue
        ended = "" if lines[number + 1 : number + 2] == ["\\ No newline at end of file"] else "\n"
        if found := _HUNK.match(line):
            hunks.append(([int(group) for group in found.groups()], [], []))
            continue
        for side in [hunks[-1][1]] * (line[0] in " -") + [hunks[-1][2]] * (line[0] in " +"):
            side.append(line[1:] + ended)
    return hunks


class TestUnifiedDiff:
    @settings(deadline=None, max_examples=300)
    @given(texts)
    def test_it_says_what_stands_where_before_and_after(self, given_text):
        content, changes = given_text
        applied = apply_changes(content, changes)
        diff = diff_of(content, changes)

        assert bool(diff) == (content != applied)
        for (start, size, new_start, new_size), old, new in sides(diff):
            for text, first, count, lines in (
                (content, start, size, old),
                (applied, new_start, new_size, new),
            ):
                begin = first - 1 if count else first
                held = re.findall(r"[^\n]*\n|[^\n]+\Z", text)[begin : begin + count]
                assert lines == held

    @pytest.mark.parametrize("program", PROGRAMS)
    @settings(
        deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(given_text=texts)
    def test_it_is_what_programs_apply(self, program, given_text, tmp_path):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
        content, changes = given_text
        diff = diff_of(content, changes)

        if diff:
            applied = patched(program, tmp_path, content, diff)
            assert applied == apply_changes(content, changes)

    def test_it_shows_three_lines_around_and_joins_what_is_near(self):
        content = "".join(f"{number}\n" for number in range(1, 31))
        spans = [Span(content.index(line), content.index(line) + 2) for line in ("10\n", "16\n")]
        far = Span(content.index("27"), content.index("27") + 2)
        diff = unified_diff(content, [(span, "x") for span in [*spans, far]])

        headers = [line for line in diff.splitlines() if line.startswith("@@")]
        assert headers == ["@@ -7,13 +7,13 @@", "@@ -24,7 +24,7 @@"]

    def test_it_marks_a_missing_end_of_line(self):
        assert unified_diff("a\nb", [(Span(3, 3), "\n")]) == (
            "--- a/document\n+++ b/document\n@@ -1,2 +1,2 @@\n a\n"
            "-b\n\\ No newline at end of file\n+b\n"
        )

    def test_it_does_not_compare_a_long_text(self):
        content = "line\n" * 100_000
        diff = unified_diff(content, [(Span(250_000, 250_004), "LINE")])

        assert diff.splitlines()[2] == "@@ -49998,7 +49998,7 @@"
