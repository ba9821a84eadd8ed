import pytest

from shared.domain.markup.placeholders import addresses, placeholders


def found(search, text):
    return [span.of(text) for span in search(text)]


class TestPlaceholders:
    @pytest.mark.parametrize(
        "placeholder",
        [
            *("{{name}}", "{{{name}}}", "{{#if a b}}", "{name}", "{user.name}", "{a[0]}", "{}"),
            *("{0}", "{0:.2f}", "{name!r:>8}", "{n, plural, x}", "${name}"),
            *("%{name}", "#{name}", "%s", "%d", "%1$s", "%-8.2f", "%(name)s", "%(n)03d", "%@"),
            *("${{ name }}", "{{ a | default: '}' }}", "{{ {'a': 1} }}", "@{{x}}"),
            *("{n, plural, =0 {no {x}} other {# days}}", "{g, select, male {He} other {They}}"),
            *("<%= name %>", "<% if a %>", "{% if a %}", "{# remark #}", "{#id .class}"),
        ],
    )
    def test_it_finds_the_forms_of_template_languages(self, placeholder):
        assert found(placeholders, f"Dear {placeholder}, hello") == [placeholder]

    def test_it_finds_those_that_touch_a_unit(self):
        assert found(placeholders, "%dpx of %dx%d, 5%discount, a %dimension") == ["%d"] * 3

    @pytest.mark.parametrize(
        "prose",
        [
            *("100% sure", "5%.", "50 % off", "the 5%-rule", "the %age", "100%", "{sic}", "{Sic}"),
            *("{two words}", "{ }", "a {", "} b", "$5 and $6", "<% without end", "(%) x", "{%"),
        ],
    )
    def test_it_leaves_prose_alone(self, prose):
        assert found(placeholders, f"He was {prose} yesterday") == []

    @pytest.mark.parametrize(
        "piece",
        ["{{", "{%", "<%", "${", "%(a", "{a:", "{#", "%0", "{", "{n,plural,{a", "{n,select,"],
    )
    def test_it_survives_beginnings_without_end(self, piece):
        assert found(placeholders, piece * 30_000) == []


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            *("https://x.y/a?b=c&d#e", "http://x.y", "ftp://x.y/z", "www.x.org", "mailto:a@x.y"),
            *("a.b+c@x-y.org", "HTTPS://X.Y/Z_(a"),
        ],
    )
    def test_it_finds_them_without_the_punctuation_behind(self, address):
        assert found(addresses, f"See ({address}), or not.") == [address]

    @pytest.mark.parametrize("prose", ["a @ b", "http://", "wwwx", "me@home", "and/or", "awww.x"])
    def test_it_leaves_prose_alone(self, prose):
        assert found(addresses, f"See {prose} there") == []

    @pytest.mark.parametrize("piece", ["a", "a@", "a.", "a@b", "www."])
    def test_it_survives_what_never_becomes_an_address(self, piece):
        assert len(found(addresses, piece * 30_000)) <= 30_000
