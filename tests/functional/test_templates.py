from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.template_client import TEMPLATES, TONES, body, get, ids, make, put
from web.schemas.templates import TemplateVersionList, TemplateView


@pytest.fixture
def mine(writer):
    return make(writer)


class TestMaking:
    def test_it_is_shown_as_it_was_made(self, writer):
        said = body(
            description="For replies",
            category="tone",
            style="professional",
            meaning="drop",
            instruction="Be {tone}.",
            parameters=TONES,
        )
        answer = writer.http.post(TEMPLATES, json=said)
        view = answer.json()

        TemplateView.model_validate(view)
        assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
        assert answer.headers["Location"] == f"{TEMPLATES}/{view['id']}"
        assert view.items() >= (said | {"version": 1, "system": False}).items()
        assert get(writer, view["id"]).json() == view

    def test_a_name_and_an_instruction_are_enough(self, mine):
        expected = {"style": "default", "meaning": "flag", "category": "other", "description": ""}

        assert mine.items() >= expected.items()
        assert mine["created_at"] == mine["updated_at"] is not None

    def test_one_who_has_it_is_not_told_again(self, writer, mine):
        path, tag = f"{TEMPLATES}/{mine['id']}", {"If-None-Match": '"1"'}

        assert writer.http.get(path, headers=tag).status_code == 304
        put(writer, mine["id"])
        assert writer.http.get(path, headers=tag).status_code == 200


class TestChanging:
    def test_each_change_is_a_version(self, writer, mine):
        answer = put(writer, mine["id"], name="Calmer still")
        view = answer.json()

        assert (answer.status_code, answer.headers["ETag"], view["version"]) == (200, '"2"', 2)
        assert get(writer, mine["id"]).json() == view
        assert get(writer, f"{mine['id']}/versions/1").json() == mine
        assert get(writer, f"{mine['id']}/versions/2").json() == view
        assert view["created_at"] == mine["created_at"] < view["updated_at"]

    @pytest.mark.parametrize(
        ("tag", "status"),
        [('"1"', 200), ("*", 200), ('"9", "1"', 200), ('"2"', 412), ('W/"1"', 412), ('"x"', 412)],
    )
    def test_it_may_be_bound_to_the_version_that_was_seen(self, writer, mine, tag, status):
        answer = put(writer, mine["id"], tag)

        assert answer.status_code == status
        if status == 412:
            error = answer.json()["error"]
            assert (error["code"], error["details"][0]["field"]) == (
                *("REVISION_CONFLICT", "If-Match"),
            )
            assert "revision is 1" in error["details"][0]["error"]
            gone = writer.http.delete(f"{TEMPLATES}/{mine['id']}", headers={"If-Match": tag})
            assert gone.status_code == 412

    def test_whoever_missed_the_answer_may_ask_again(self, writer, mine):
        first, again = (put(writer, mine["id"], '"1"', description="Once") for _ in range(2))

        assert (again.status_code, again.json()) == (200, first.json())

    def test_changes_at_once_lose_none_and_leave_no_gap(self, writer, mine):
        names = [f"Calmer {n}" for n in range(2, 18)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda name: put(writer, mine["id"], name=name), names))
        listed = get(writer, f"{mine['id']}/versions").json()["versions"]

        assert {answer.status_code for answer in answers} == {200}
        assert [each["version"] for each in listed] == list(range(1, 18))
        assert sorted(each["name"] for each in listed) == sorted(["Calmer", *names])
        for answer in answers:
            assert listed[answer.json()["version"] - 1] == answer.json()

    def test_of_those_who_saw_the_same_version_one_wins(self, writer, mine):
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: put(writer, mine["id"], '"1"'), range(6)))

        assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]
        assert get(writer, mine["id"]).json()["version"] == 2

    def test_versions_come_page_by_page(self, writer, mine):
        for _ in range(4):
            put(writer, mine["id"])
        path = f"{mine['id']}/versions"
        page = get(writer, path, limit=3).json()
        rest = get(writer, path, limit=3, cursor=page["next_cursor"]).json()

        TemplateVersionList.model_validate(page)
        assert [each["version"] for each in page["versions"] + rest["versions"]] == [1, 2, 3, 4, 5]
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize("version", ["0", "2", "x", "1.0", "-1", str(2**31), str(10**40)])
    def test_a_version_that_is_none_is_unknown(self, writer, mine, version):
        assert get(writer, f"{mine['id']}/versions/{version}").status_code == 404


class TestDeleting:
    def test_all_of_it_is_gone(self, writer, mine):
        put(writer, mine["id"])
        path = f"{TEMPLATES}/{mine['id']}"

        assert writer.http.delete(path).status_code == 204
        for tail in ("", "/versions", "/versions/1", "/performance"):
            assert writer.http.get(path + tail).status_code == 404
        assert writer.http.post(path + "/fork").status_code == 404
        assert writer.http.delete(path).status_code == put(writer, mine["id"]).status_code == 404
        assert mine["id"] not in ids(writer)


class TestTheSystems:
    def test_they_can_be_read(self, writer):
        answer = get(writer, "shorter")
        versions = get(writer, "shorter/versions").json()["versions"]

        TemplateView.model_validate(answer.json())
        assert (answer.json()["system"], answer.json()["version"]) == (True, 2)
        assert answer.json() == versions[-1] == get(writer, "shorter/versions/2").json()

    def test_they_cannot_be_changed(self, writer):
        before = get(writer, "clearer").json()
        answers = [put(writer, "clearer"), writer.http.delete(f"{TEMPLATES}/clearer")]

        assert [answer.status_code for answer in answers] == [403, 403]
        assert {answer.json()["error"]["code"] for answer in answers} == {"FORBIDDEN"}
        assert get(writer, "clearer").json() == before

    def test_how_they_do_is_for_admins(self, writer):
        assert get(writer, "clearer/performance").status_code == 403

    def test_what_is_none_is_unknown(self, writer):
        assert put(writer, "nothing").status_code == get(writer, "nothing").status_code == 404


class TestFork:
    def test_it_is_a_copy_of_ones_own(self, writer):
        source = get(writer, "shorter").json()
        answer = writer.http.post(f"{TEMPLATES}/shorter/fork")
        view = answer.json()

        assert (answer.status_code, view["version"], view["system"]) == (201, 1, False)
        assert view["forked_from"] == {"id": "shorter", "version": 2}
        copied = ("name", "description", "category", "style", "meaning", "instruction")
        assert all(view[field] == source[field] for field in (*copied, "parameters"))
        assert put(writer, view["id"], name="Much shorter").status_code == 200

    def test_it_may_have_another_name_and_be_of_an_earlier_version(self, writer, mine):
        put(writer, mine["id"], instruction="Cool it down.")
        wish = {"name": "Mine", "version": 1}
        view = writer.http.post(f"{TEMPLATES}/{mine['id']}/fork", json=wish).json()

        assert (view["name"], view["instruction"]) == ("Mine", mine["instruction"])
        assert view["forked_from"] == {"id": mine["id"], "version": 1}
