import pytest

from shared.domain.permissions import PUBLIC, Grant, Sharing, Verb, grants_of
from shared.errors import ForbiddenError, NotFoundError

OWNER, READER, SUGGESTER, WRITER, STRANGER = "u1", "u2", "u3", "u4", "s5"
SHARED = Sharing(
    OWNER, (Grant(READER, Verb.READ), Grant(SUGGESTER, Verb.SUGGEST), Grant(WRITER, Verb.WRITE))
)
PUBLISHED = Sharing(OWNER, SHARED.grants, public=True)
ACCESS = [
    (OWNER, Verb.OWN, Verb.OWN),
    (WRITER, Verb.WRITE, Verb.WRITE),
    (SUGGESTER, Verb.SUGGEST, Verb.SUGGEST),
    (READER, Verb.READ, Verb.READ),
    (STRANGER, None, PUBLIC),
]


class TestAccess:
    @pytest.mark.parametrize(("who", "shared", "published"), ACCESS)
    def test_it_is_the_most_that_one_may(self, who, shared, published):
        assert SHARED.access(who) is shared
        assert PUBLISHED.access(who) is published

    def test_of_two_grants_the_greater_counts(self):
        twice = Sharing(OWNER, (Grant(READER, Verb.WRITE), Grant(READER, Verb.READ)))

        assert twice.access(READER) is Verb.WRITE


class TestDemand:
    @pytest.mark.parametrize("verb", Verb)
    @pytest.mark.parametrize(("who", "access", "_"), ACCESS)
    def test_each_verb_includes_those_before_it(self, who, access, _, verb):
        if access is None:
            with pytest.raises(NotFoundError):
                SHARED.demand(verb, who, thing="document")
        elif access < verb:
            with pytest.raises(ForbiddenError):
                SHARED.demand(verb, who, thing="document")
        else:
            assert SHARED.demand(verb, who, thing="document") is access

    def test_the_public_reads_and_no_more(self):
        assert PUBLISHED.demand(Verb.READ, STRANGER, thing="document") is Verb.READ
        with pytest.raises(ForbiddenError):
            PUBLISHED.demand(Verb.SUGGEST, STRANGER, thing="document")


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (Verb.READ, ("read", "suggest", "write")),
        (Verb.SUGGEST, ("suggest", "write")),
        (Verb.WRITE, ("write",)),
        (Verb.OWN, ()),
    ],
)
def test_queries_ask_for_the_grants_that_include_a_verb(verb, words):
    assert grants_of(verb) == words
    assert [Verb.named(word).word for word in words] == list(words)
