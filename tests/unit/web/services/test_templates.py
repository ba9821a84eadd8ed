import pytest

from shared.domain.prompt_templates import system_templates
from shared.errors import RequestInvalidError, StoreUnavailableError
from web.services.templates import TemplateCatalogue


class FakeRepository:
    """All system templates, unless MongoDB is away."""

    def __init__(self):
        self.is_away = False
        self.reads = 0

    def newest(self):
        self.reads += 1
        if self.is_away:
            raise StoreUnavailableError("away")
        return list(system_templates())


@pytest.fixture
def repository():
    return FakeRepository()


@pytest.fixture
def catalogue(repository):
    return TemplateCatalogue(repository)


class TestPrompt:
    def test_a_template_is_found_by_its_id(self, catalogue):
        prompt = catalogue.prompt("shorter", None, {})

        assert (prompt.template_id, prompt.version) == ("shorter", 2)
        assert prompt.instruction

    def test_a_wish_of_ones_own_needs_no_template(self, catalogue, repository):
        prompt = catalogue.prompt(None, "Make it rhyme.", {})

        assert (prompt.instruction, prompt.template_id) == ("Make it rhyme.", None)
        assert repository.reads == 0

    @pytest.mark.parametrize(
        ("template", "text", "meaning"),
        [("shorter", None, "drop"), ("fix-grammar", None, "flag"), (None, "Say 6.", "flag")],
    )
    def test_it_carries_what_becomes_of_a_change_of_meaning(
        self, catalogue, template, text, meaning
    ):
        assert catalogue.prompt(template, text, {}).meaning == meaning

    def test_an_unknown_one_is_refused(self, catalogue):
        with pytest.raises(RequestInvalidError) as fault:
            catalogue.prompt("unknown", None, {})

        assert fault.value.details[0]["field"] == "prompt.id"

    def test_its_parameters_stand_in_the_instruction(self, catalogue):
        prompt = catalogue.prompt("shorter", None, {"target_percent": 60})

        assert "Aim at 60 percent" in prompt.instruction

    def test_what_is_not_given_has_a_default(self, catalogue):
        prompt = catalogue.prompt("shorter", None, {})

        assert prompt == catalogue.prompt("shorter", None, {"target_percent": 80})
        assert "{" not in prompt.instruction

    def test_all_that_is_wrong_with_the_parameters_is_told_at_once(self, catalogue):
        with pytest.raises(RequestInvalidError) as fault:
            catalogue.prompt("shorter", None, {"target_percent": 5, "x": 1})

        assert [detail["field"] for detail in fault.value.details] == [
            "prompt.parameters.target_percent",
            "prompt.parameters.x",
        ]


class TestAll:
    def test_they_are_kept_for_a_moment(self, catalogue, repository):
        for _ in range(5):
            catalogue.all()

        assert repository.reads == 1

    def test_they_are_kept_for_longer_while_mongodb_is_away(self, catalogue, repository):
        before = catalogue.all()
        repository.is_away = True
        catalogue._read_at = float("-inf")  # a second has passed

        assert catalogue.all() == before

    def test_without_any_that_is_said(self, catalogue, repository):
        repository.is_away = True

        with pytest.raises(StoreUnavailableError):
            catalogue.all()
