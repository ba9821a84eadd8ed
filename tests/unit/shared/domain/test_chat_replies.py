import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.chat_replies import MarkerSplitter, SplitText

MARKER = "EDITS 0123456789abcdef"
EDITS = '{"suggestions": []}'
# What may stand before a marker, or look like one.
LINES = [
    *(MARKER, f"**{MARKER}**", f"{MARKER}:", f"`{MARKER}`", f"## {MARKER}", f"**{MARKER}:**"),
    *(f"> {MARKER}", f"- {MARKER}", f"[{MARKER}]", f'"{MARKER}"', MARKER.replace("ED", "ed")),
    *(MARKER.replace(" ", sign) for sign in (": ", " **", "** ", ":** ", " `")),
]
PIECES = [
    "```",
    "Yes.",
    "\n",
    " ",
    "**",
    "#",
    "- ",
    "EDITS",
    "edits ",
    "EDITS 01",
    "0123",
    MARKER,
    EDITS,
]


def split(*pieces):
    """Return what comes of a reply in these pieces."""
    splitter = MarkerSplitter(MARKER)
    parts = [*(splitter.feed(piece) for piece in pieces), splitter.close()]
    edits = [""] if any(part.edits for part in parts) else []
    for first, *more in (part.edits for part in parts if part.edits):
        edits[-1:] = [edits[-1] + first, *more]
    return SplitText("".join(p.prose for p in parts), tuple(edits))


def bare(text):
    """Return the text without white space and Markdown."""
    return re.sub(r"[\s*#`-]", "", text)


class TestMarkerSplitter:
    def test_it_parts_prose_from_edits(self):
        assert split(f"Yes.\n\n{MARKER}\n{EDITS}") == SplitText("Yes.", (f"\n{EDITS}",))

    @pytest.mark.parametrize("line", LINES)
    @pytest.mark.parametrize("prose", ["Yes.", "It is **so.**", "Say `so`", "```\nso\n```", ""])
    def test_it_knows_the_marker_in_what_models_make_of_it(self, prose, line):
        found = split(f"{prose}\n\n{line}\n{EDITS}")

        assert found == SplitText(prose, (f"\n{EDITS}",))

    @pytest.mark.parametrize("prose", ["Yes.", "See:\n```\nso\n```\n\nYes."])
    def test_it_shows_no_fence_that_was_opened_for_the_edits(self, prose):
        assert split(f"{prose}\n\n```json\n{MARKER}\n{EDITS}").prose == prose

    @pytest.mark.parametrize("behind", [EDITS, f"{EDITS}\n\n**{MARKER}**\n{EDITS}"])
    def test_behind_another_marker_edits_begin_anew(self, behind):
        found = split(f"Yes.\n\n{MARKER}\n\n{MARKER}\n{behind}")

        assert found.edits == ("", *[f"\n{EDITS}"] * behind.count(EDITS))

    def test_it_takes_no_other_nonce_for_its_own(self):
        reply = f"Yes.\n\nEDITS fedcba9876543210\n{EDITS}"

        assert split(reply) == SplitText(reply)

    def test_it_passes_on_at_once_what_can_be_no_marker(self):
        splitter = MarkerSplitter(MARKER)

        assert splitter.feed("I made edits to").prose == "I made edits to"
        assert splitter.feed("\nEDI").prose == ""
        assert splitter.feed("T it").prose == "\nEDIT it"

    @pytest.mark.parametrize("reply", ["", "Yes.", "Yes.\n\n", "The EDITS", "EDITS 99", "edits 01"])
    def test_it_shows_a_reply_without_marker_as_it_is(self, reply):
        assert split(reply) == SplitText(reply)

    def test_it_hides_a_marker_that_broke_off(self):
        assert split("Yes.\n\nEDITS 0123") == SplitText("Yes.")

    @given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.integers(0, 90)))
    def test_it_makes_the_same_of_a_reply_however_that_is_cut(self, words, cuts):
        reply = "".join(words)
        at = sorted({0, len(reply), *(cut for cut in cuts if cut < len(reply))})
        pieces = [reply[start:end] for start, end in pairwise(at)]

        assert split(*pieces) == split(reply) == split(*reply)

    @given(st.lists(st.sampled_from(PIECES), max_size=12))
    def test_it_loses_nothing_but_the_marker_and_never_shows_it(self, words):
        reply = "".join(words)
        found = split(reply)
        left = bare(found.prose + "".join(found.edits))
        lost = bare(reply).replace(bare(MARKER), "").removeprefix(left)

        assert MARKER not in found.prose
        assert re.fullmatch(r"(?i:edits01(23)*)?", lost)  # a marker that broke off
        assert found.edits or EDITS not in reply.partition(MARKER)[2]
