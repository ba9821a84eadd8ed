import pytest

from tests.template_client import TEMPLATES, ids, make, put
from web.schemas.templates import TemplateList

SYSTEM = [
    *("academic", "active-voice", "clearer", "fix-grammar"),
    *("friendlier", "more-professional", "shorter", "simpler-words"),
]


class TestList:
    def test_ones_own_come_first_and_then_the_systems(self, writer):
        own = [make(writer)["id"] for _ in range(3)]
        page = writer.http.get(TEMPLATES).json()

        TemplateList.model_validate(page)
        assert ids(writer) == own[::-1] + SYSTEM
        assert ids(writer, owner="me") == own[::-1]
        assert ids(writer, owner="system") == SYSTEM

    def test_no_page_skips_or_repeats_while_the_list_changes(self, writer):
        own, seen, cursor = [make(writer)["id"] for _ in range(5)], [], {}
        while cursor is not None:
            page = writer.http.get(TEMPLATES, params={"limit": 2} | cursor).json()
            seen += [each["id"] for each in page["templates"]]
            make(writer)
            put(writer, own[0])
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None

        assert seen == own[::-1] + SYSTEM

    def test_it_finds_by_category_and_words(self, writer):
        mine = make(writer, name="D\u00e9j\u00e0 vu", category="Tone", description="again")["id"]

        assert ids(writer, q="deja") == [mine]
        assert ids(writer, q="vu AGAI", category="tone") == [mine]
        assert mine in ids(writer, category="TONE") != [mine]
        assert ids(writer, q="xyzzy") == []
        assert "shorter" in ids(writer, q="short")
        assert ids(writer, q="short", owner="me") == []

    @pytest.mark.parametrize(
        "query",
        [
            *({"limit": 0}, {"limit": 201}, {"cursor": "$"}, {"owner": "all"}, {"x": 1}),
            *({"category": ""}, {"q": "x" * 201}, {"q[$ne]": "x"}, {"owner[$ne]": "me"}),
        ],
    )
    def test_a_page_that_is_none_is_refused(self, writer, query):
        assert writer.http.get(TEMPLATES, params=query).status_code == 400
