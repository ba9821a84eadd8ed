import unicodedata

import pytest

from shared.domain.accounts import choose_password, read_email, read_password


class TestReadEmail:
    @pytest.mark.parametrize(
        "other",
        ["ada@example.com", "Ada@Example.COM", "ADA@EXAMPLE.com"],
    )
    def test_case_makes_no_other_address(self, other):
        assert read_email(other).key == "ada@example.com"

    def test_it_is_shown_as_it_was_written(self):
        assert read_email("Ada@Example.COM").shown == "Ada@example.com"

    def test_unicode_forms_make_no_other_address(self):
        composed, taken_apart = "zoë@example.com", unicodedata.normalize("NFD", "zoë@example.com")

        assert composed != taken_apart
        assert read_email(composed).key == read_email(taken_apart).key

    def test_a_domain_is_the_same_in_both_its_forms(self):
        assert read_email("a@münchen.de").key == read_email("a@xn--mnchen-3ya.de").key

    @pytest.mark.parametrize("text", ["ada@intranet", "ada@desk.corp", "ada@example.test"])
    def test_a_house_may_have_names_of_its_own(self, text):
        assert read_email(text).key == text

    @pytest.mark.parametrize(
        "text",
        ["", "ada", "@", "a@", "@b.de", "a b@c.de", "a@b.de\x00", "a@b.de,c@d.de"],
    )
    def test_what_is_none_is_refused_without_repeating_it(self, text):
        with pytest.raises(ValueError, match="This is no e-mail address"):
            read_email(text)


EMAIL = read_email("ada@example.com")


class TestPassword:
    def test_it_is_the_same_from_every_keyboard(self):
        taken_apart = unicodedata.normalize("NFD", "pässwörter")

        assert read_password(taken_apart) == read_password("pässwörter")

    def test_nothing_is_trimmed(self):
        assert choose_password("  spaced  ", EMAIL) == "  spaced  "

    @pytest.mark.parametrize("password", ["a" * 8, "a" * 1024, "ä" * 512])
    def test_the_bounds_will_do(self, password):
        assert choose_password(password, EMAIL) == password

    @pytest.mark.parametrize(
        "password",
        ["a" * 7, "a" * 1025, "ä" * 513, "null\x00null", "ada@example.com", "ADA@EXAMPLE.COM"],
    )
    def test_what_will_not_do(self, password):
        with pytest.raises(ValueError, match="Use "):
            choose_password(password, EMAIL)
