import pytest

from shared.domain.batches import MOST_SECTIONS
from shared.errors import RequestInvalidError
from web.http.bodies import validated
from web.schemas.batches import MODEL_HAS_PRICE, BatchBody

PROMPT = {"type": "template", "id": "clearer"}
DOCUMENT = {"content": "A big plan."}
SMILE = "\U0001f600"


def section(name="a", content="A big plan.", **more):
    return {"custom_id": name, "content": content} | more


def sent(*sections, **more):
    return {"sections": list(sections), "prompt": PROMPT} | more


def whole(**more):
    return {"document": DOCUMENT, "prompt": PROMPT} | more


def read(fields, *, has_price=True):
    return validated(BatchBody, fields, {MODEL_HAS_PRICE: has_price})


def faults(fields, *, has_price=True):
    with pytest.raises(RequestInvalidError) as refused:
        read(fields, has_price=has_price)
    return {fault["field"]: fault["error"] for fault in refused.value.details}


FAULTS = {
    "neither text": ({"prompt": PROMPT}, "sections"),
    "both texts": (whole(sections=[section()]), "sections"),
    "no sections": (sent(), "sections"),
    "too many sections": (sent(*[section()] * (MOST_SECTIONS + 1)), "sections"),
    "an id without a sign": (sent(section("")), "sections.0.custom_id"),
    "a long id": (sent(section("a"), section("x" * 101)), "sections.1.custom_id"),
    "an id with NUL": (sent(section("a\x00")), "sections.0.custom_id"),
    "an id twice": (sent(section("a"), section("b"), section("a")), "sections.2.custom_id"),
    "no content": (sent(section(content="")), "sections.0.content"),
    "white space": (sent(section(content=" \n")), "sections.0.content"),
    "NUL": (sent(section(content="a\x00b")), "sections.0.content"),
    "25,001 words in two": (
        sent(section("a", "w " * 12_500), section("b", "w " * 12_501)),
        "sections",
    ),
    "an unknown field within": (sent(section(x=1)), "sections.0.x"),
    "a format beside a document": (whole(format="html"), "format"),
    "an unknown format": (sent(section(), format="pdf"), "format"),
    "a long brief": (whole(brief="x" * 4001), "brief"),
    "a brief with NUL": (whole(brief="\x00"), "brief"),
    "an unknown rule": (whole(on_error="pray"), "on_error"),
    "no money": (whole(max_cost_usd=0), "max_cost_usd"),
    "less than no money": (whole(max_cost_usd=-0.1), "max_cost_usd"),
    "all money": (whole(max_cost_usd=float("inf")), "max_cost_usd"),
    "more than can be counted": (whole(max_cost_usd=1e300), "max_cost_usd"),
    "money as text": (whole(max_cost_usd="1"), "max_cost_usd"),
    "a lane": (whole(lane="interactive"), "lane"),
    "a selection out of range": (
        whole(document=DOCUMENT | {"selection": {"start": 2, "end": 500}}),
        "document.selection",
    ),
    "half a surrogate pair": (
        whole(document={"content": SMILE, "selection": {"start": 0, "end": 1}}),
        "document.selection",
    ),
}


class TestFaults:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_it_names_the_field_and_no_other(self, fault):
        fields, field = FAULTS[fault]

        assert set(faults(fields)) == {field}

    def test_all_are_told_at_once(self):
        fields = {
            "sections": [section(""), section("b", "\x00"), section("b"), section("b", "", x=1)],
            "document": {"content": ""},
            "prompt": {"type": "magic"},
            "brief": "\x00",
            "on_error": "x",
            "max_cost_usd": 0,
            "offset_encoding": "x",
            "expires_in": 0,
        }

        assert set(faults(fields)) == {
            *("sections.0.custom_id", "sections.1.content", "sections.3.content", "sections.3.x"),
            *("sections.2.custom_id", "sections.3.custom_id", "sections"),
            *("document.content", "prompt.type", "brief", "on_error", "max_cost_usd"),
            *("offset_encoding", "expires_in"),
        }

    def test_so_are_all_ids_that_come_twice_and_the_words_beyond_the_most(self):
        again = [section("a", "w " * 10_000) for _ in range(3)]
        other = {"prompt": {"type": "magic"}}

        assert set(faults(sent(*again) | other)) == {
            *("sections", "sections.1.custom_id", "sections.2.custom_id", "prompt.type"),
        }

    def test_a_faulty_section_hides_neither_the_document_nor_the_words_beyond_the_most(self):
        sections = [section("a", "w " * 20_000), section("b", "w " * 20_000, x=1), 7, {}]

        assert set(faults(whole(sections=sections))) == {
            *("sections", "sections.1.x", "sections.2"),
            *("sections.3.custom_id", "sections.3.content"),
        }

    @pytest.mark.parametrize("sections", [7, "ab", {"custom_id": "a"}, [[]]], ids=repr)
    def test_what_is_no_list_of_sections_is_told(self, sections):
        (field,) = faults({"sections": sections, "prompt": PROMPT})

        assert field in ("sections", "sections.0")

    def test_none_repeats_the_writers_words(self):
        secret = "xyzzy-secret"
        told = faults(
            sent(section(secret, f"{secret}\x00"), section(f"{secret}\x00"), brief=f"{secret}\x00")
        )

        assert len(told) == 3
        assert secret not in str(told)

    def test_thousands_are_cut_off(self):
        told = faults(sent(*[section("", "") for _ in range(MOST_SECTIONS)]))

        assert len(told) == 1000

    def test_a_limit_in_money_needs_a_price(self):
        told = faults(whole(max_cost_usd=1), has_price=False)

        assert "price" in told["max_cost_usd"]


class TestTaken:
    def test_a_document_is_and_the_rest_has_defaults(self):
        body = read(whole())

        assert (body.on_error, body.max_cost_usd, body.brief) == ("continue", None, None)
        assert (body.offset_encoding, body.max_suggestions) == ("utf-16", 20)

    def test_sections_are_up_to_all_that_is_allowed(self):
        some = [section(f"{n:0100}", "w " * 5) for n in range(MOST_SECTIONS)]
        body = read(sent(*some, format="markdown", brief="x" * 4000, max_cost_usd=1))

        assert (len(body.sections), body.format) == (MOST_SECTIONS, "markdown")

    def test_a_price_is_not_needed_without_a_limit(self):
        assert read(whole(), has_price=False).max_cost_usd is None
