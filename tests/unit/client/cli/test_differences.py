import subprocess

import pytest
from copydesk.cli.differences import Change, Run, unified_diff, word_runs
from hypothesis import given, settings
from hypothesis import strategies as st

LINES = st.text(st.sampled_from("ab \n\r\f\u2028é"), max_size=30)


class TestWordRuns:
    def test_it_removes_before_it_adds(self):
        assert list(word_runs("a big plan", "a significant plan")) == [
            Run(Change.KEPT, "a "),
            Run(Change.REMOVED, "big"),
            Run(Change.ADDED, "significant"),
            Run(Change.KEPT, " plan"),
        ]

    @given(LINES, LINES)
    def test_it_holds_both_texts(self, old, new):
        runs = list(word_runs(old, new))

        assert "".join(r.text for r in runs if r.change is not Change.ADDED) == old
        assert "".join(r.text for r in runs if r.change is not Change.REMOVED) == new


class TestUnifiedDiff:
    def test_it_is_empty_where_nothing_changed(self):
        assert list(unified_diff("a\n", "a\n", "notes.txt")) == []

    def test_it_says_where_the_last_line_has_no_end(self):
        diff = "".join(unified_diff("a", "b", "my notes.txt"))

        assert diff == (
            "--- my notes.txt\t\n+++ my notes.txt\t\n@@ -1 +1 @@\n"
            "-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
        )

    @pytest.mark.parametrize("end", ["\n", "\r\n", ""])
    def test_it_is_what_patch_takes(self, tmp_path, end):
        old, new = f"one\ntwo\x0c2\u2028{end}", f"one\nthree\x0c2\u2028{end}"

        assert patched(tmp_path, old, new) == new

    @settings(max_examples=30, deadline=None)
    @given(old=LINES, new=LINES.filter(bool))
    def test_patch_makes_the_new_text_of_any_old_one(self, tmp_path_factory, old, new):
        assert patched(tmp_path_factory.mktemp("patch"), old, new) == new


def patched(folder, old: str, new: str) -> str:
    path = folder / "a file"
    path.write_bytes(old.encode())
    diff = "".join(unified_diff(old, new, path.name)).encode()
    if diff:
        subprocess.run(["patch", "--binary", "-s", path], input=diff, check=True, cwd=folder)
    return path.read_bytes().decode()
