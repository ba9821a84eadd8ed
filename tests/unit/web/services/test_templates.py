from dataclasses import replace

import pytest

from shared.domain.prompt_templates import system_templates
from shared.domain.stored_templates import StoredTemplate
from shared.errors import RequestInvalidError, StoreUnavailableError
from web.services.templates import PromptWish, TemplateCatalogue

MINE = f"tpl_{7:032x}"
TONE = {"type": "string", "maxLength": 2000, "default": "kind"}
SCHEMA = {"type": "object", "additionalProperties": False, "properties": {"tone": TONE}}


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

    def version(self, template_id, version):
        found = next(t for t in system_templates() if t.id == template_id)
        return replace(found, version=1, instruction="As it was.") if version == 1 else None


class FakeOwn:
    """One template, of one owner, in two versions."""

    def find(self, template_id, *, owner):
        return self.version(template_id, 2, owner=owner)

    def version(self, template_id, version, *, owner):
        if (template_id, owner) != (MINE, "me") or version not in (1, 2):
            return None
        found = replace(system_templates()[0], id=MINE, version=version, parameters=SCHEMA)
        return StoredTemplate(replace(found, instruction="Be {tone}." * version), False)


@pytest.fixture
def repository():
    return FakeRepository()


@pytest.fixture
def catalogue(repository):
    return TemplateCatalogue(repository, FakeOwn())


def ask(catalogue, template_id=None, text=None, parameters=None, *, version=None, owner="me"):
    wish = PromptWish(template_id, version, text, parameters or {})
    return catalogue.prompt(wish, owner=owner)


class TestPrompt:
    def test_a_template_is_found_by_its_id(self, catalogue):
        prompt = ask(catalogue, "shorter", None, {})

        assert (prompt.template_id, prompt.version) == ("shorter", 2)
        assert prompt.instruction

    def test_a_wish_of_ones_own_needs_no_template(self, catalogue, repository):
        prompt = ask(catalogue, None, "Make it rhyme.", {})

        assert (prompt.instruction, prompt.template_id) == ("Make it rhyme.", None)
        assert repository.reads == 0

    @pytest.mark.parametrize(
        ("template", "text", "meaning"),
        [("shorter", None, "drop"), ("fix-grammar", None, "flag"), (None, "Say 6.", "flag")],
    )
    def test_it_carries_what_becomes_of_a_change_of_meaning(
        self, catalogue, template, text, meaning
    ):
        assert ask(catalogue, template, text, {}).meaning == meaning

    def test_an_unknown_one_is_refused(self, catalogue):
        with pytest.raises(RequestInvalidError) as fault:
            ask(catalogue, "unknown", None, {})

        assert fault.value.details[0]["field"] == "prompt.id"

    def test_its_parameters_stand_in_the_instruction(self, catalogue):
        prompt = ask(catalogue, "shorter", None, {"target_percent": 60})

        assert "Aim at 60 percent" in prompt.instruction

    def test_what_is_not_given_has_a_default(self, catalogue):
        prompt = ask(catalogue, "shorter", None, {})

        assert prompt == ask(catalogue, "shorter", None, {"target_percent": 80})
        assert "{" not in prompt.instruction

    def test_all_that_is_wrong_with_the_parameters_is_told_at_once(self, catalogue):
        with pytest.raises(RequestInvalidError) as fault:
            ask(catalogue, "shorter", None, {"target_percent": 5, "x": 1})

        assert [detail["field"] for detail in fault.value.details] == [
            "prompt.parameters.target_percent",
            "prompt.parameters.x",
        ]


class TestVersions:
    @pytest.mark.parametrize(("version", "told"), [(None, 2), (2, 2), (1, 1)])
    def test_ones_own_is_taken_in_the_version_that_is_named(self, catalogue, version, told):
        prompt = ask(catalogue, MINE, version=version)

        assert (prompt.template_id, prompt.version) == (MINE, told)
        assert prompt.instruction == 'Be "kind".' * told

    @pytest.mark.parametrize(("version", "told"), [(None, 2), (2, 2), (1, 1)])
    def test_so_is_the_systems(self, catalogue, version, told):
        assert ask(catalogue, "shorter", version=version).version == told

    @pytest.mark.parametrize("template_id", [MINE, "shorter"])
    def test_one_that_there_never_was_is_refused(self, catalogue, template_id):
        with pytest.raises(RequestInvalidError) as fault:
            ask(catalogue, template_id, version=3)

        assert fault.value.details[0]["field"] == "prompt.version"

    def test_somebody_elses_is_unknown(self, catalogue):
        with pytest.raises(RequestInvalidError) as fault:
            ask(catalogue, MINE, owner="somebody")

        assert fault.value.details[0]["field"] == "prompt.id"

    def test_values_do_not_make_an_instruction_without_end(self, catalogue):
        ask(catalogue, MINE, parameters={"tone": "x" * 1900})
        with pytest.raises(RequestInvalidError):
            ask(catalogue, MINE, parameters={"tone": '"' * 2000})


class TestSystem:
    def test_they_are_kept_for_a_moment(self, catalogue, repository):
        for _ in range(5):
            catalogue.system()

        assert repository.reads == 1

    def test_they_are_kept_for_longer_while_mongodb_is_away(self, catalogue, repository):
        before = catalogue.system()
        repository.is_away = True
        catalogue._read_at = float("-inf")  # a second has passed

        assert catalogue.system() == before

    def test_without_any_that_is_said(self, catalogue, repository):
        repository.is_away = True

        with pytest.raises(StoreUnavailableError):
            catalogue.system()
