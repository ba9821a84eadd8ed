import pytest

from tests.document_client import DOCUMENTS, create, page, path, read, save, titles
from web.schemas.documents import DocumentList


class TestPages:
    def test_documents_come_newest_first_without_their_content(self, writer):
        made = [create(writer, title=f"Number {n}") for n in range(3)]
        shown = page(writer)

        DocumentList.model_validate(shown)
        contentless = [{k: v for k, v in one.items() if k != "content"} for one in made[::-1]]
        assert shown == {"documents": contentless, "next_cursor": None}

    def test_none_is_skipped_or_shown_twice_while_they_change_and_go(self, writer):
        made = [create(writer, title=f"Number {n}") for n in range(6)]
        first = page(writer, limit=3)
        writer.http.delete(path(made[3]))
        save(writer, made[1], "Changed")
        create(writer, title="New")
        rest = page(writer, limit=3, cursor=first["next_cursor"])

        seen = [one["title"] for one in first["documents"] + rest["documents"]]
        assert seen == [f"Number {n}" for n in (5, 4, 3, 2, 1, 0)]
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize(
        "query", [{"limit": 0}, {"cursor": "$"}, {"archived": "x"}, {"tag": ""}, {"q[$gt]": ""}]
    )
    def test_a_page_that_is_none_is_refused(self, writer, query):
        assert writer.http.get(DOCUMENTS, params=query).status_code == 400


class TestSearch:
    @pytest.fixture
    def three(self, writer):
        create(writer, title="Letter to Ren\u00e9e", tags=["Work"])
        create(writer, title="Draft of a letter", tags=["home", "Work"])
        create(writer, title="Shopping", tags=["home sweet"])

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "let"}, ["Draft of a letter", "Letter to Ren\u00e9e"]),
            ({"q": "renee LET"}, ["Letter to Ren\u00e9e"]),
            ({"q": "home"}, ["Shopping", "Draft of a letter"]),
            ({"q": "etter"}, []),
            ({"tag": "Work"}, ["Draft of a letter", "Letter to Ren\u00e9e"]),
            ({"tag": "home"}, ["Draft of a letter"]),
            ({"tag": "Work", "q": "draft"}, ["Draft of a letter"]),
        ],
    )
    def test_it_finds_words_by_their_beginning_and_whole_tags(self, writer, three, query, found):
        assert titles(writer, **query) == found

    def test_it_follows_a_change(self, writer, three):
        (found,) = page(writer, q="shop")["documents"]
        save(writer, found, "", title="Groceries", tags=["list"])

        assert titles(writer, q="shop") == titles(writer, tag="home sweet") == []
        assert titles(writer, q="gro") == titles(writer, tag="list") == ["Groceries"]

    def test_it_finds_nothing_of_anybody_else(self, writer, other_writer, three):
        assert titles(other_writer) == titles(other_writer, q="let") == []


class TestArchive:
    def test_the_archive_is_out_of_the_usual_list(self, writer):
        made, _ = create(writer, title="Old"), create(writer, title="Kept")
        answer = writer.http.post(path(made, "/archive"))

        assert answer.status_code == 200
        assert answer.json() == made | {"archived": True} == read(writer, made)
        assert titles(writer) == ["Kept"]
        assert titles(writer, archived="true") == ["Old"]
        assert titles(writer, archived="all") == ["Kept", "Old"]

    def test_it_gives_back_what_it_took(self, writer):
        made = create(writer)
        for _ in range(2):
            writer.http.post(path(made, "/archive"))
        back = writer.http.post(path(made, "/unarchive"))

        assert (back.json(), back.headers["ETag"]) == (made, '"1"')
        assert titles(writer) == ["A title"]
