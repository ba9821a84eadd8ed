import pytest

from shared.domain.parameters import fill_instruction
from shared.domain.prompt_templates import TemplateDataError, read_templates, system_templates

GOOD = """
id = "calmer"
version = 1
name = "Calmer"
description = "Take the heat out."
category = "tone"
style = "default"
meaning = "drop"
instruction = "Take the heat out."
parameters = {type = "object", additionalProperties = false}
"""


class TestSystemTemplates:
    def test_it_has_the_eight_that_the_contract_names(self):
        assert [template.id for template in system_templates()] == [
            "academic",
            "active-voice",
            "clearer",
            "fix-grammar",
            "friendlier",
            "more-professional",
            "shorter",
            "simpler-words",
        ]

    @pytest.mark.parametrize("template", system_templates(), ids=lambda t: t.id)
    def test_each_says_what_to_do_and_what_to_leave(self, template):
        lines = template.instruction.splitlines()

        assert 4 <= len(lines) <= 10
        assert "Never" in template.instruction
        assert "leave" in template.instruction.lower()
        assert "\n" not in template.description

    def test_three_take_parameters(self):
        taken = {t.id: list(t.parameters.get("properties", {})) for t in system_templates()}

        assert {template: names for template, names in taken.items() if names} == {
            "academic": ["citation_style"],
            "friendlier": ["strength"],
            "shorter": ["target_percent"],
        }

    @pytest.mark.parametrize("template", system_templates(), ids=lambda t: t.id)
    def test_each_can_be_used_without_saying_more(self, template):
        assert "{" not in fill_instruction(template.instruction, template.parameters, {})

    def test_tone_for_the_office_and_the_university_have_their_own_style(self):
        styles = {template.id: template.style for template in system_templates()}

        assert styles["more-professional"] == "professional"
        assert styles["academic"] == "academic"
        assert set(styles.values()) == {"default", "professional", "academic"}

    def test_each_drops_what_changes_the_meaning_but_for_the_one_that_may_correct_a_name(self):
        flagging = [template.id for template in system_templates() if template.meaning != "drop"]

        assert flagging == ["fix-grammar"]


class TestReadTemplates:
    def test_it_reads_what_is_well_formed(self):
        (template,) = read_templates([GOOD])

        assert (template.id, template.version, template.style) == ("calmer", 1, "default")

    def test_it_refuses_two_of_one_id(self):
        with pytest.raises(TemplateDataError, match="unique"):
            read_templates([GOOD, GOOD])

    def test_it_refuses_an_empty_folder(self):
        with pytest.raises(TemplateDataError, match="unique"):
            read_templates([])

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('id = "calmer"', 'id = ""'),
            ('instruction = "Take the heat out."', 'instruction = " "'),
            ('style = "default"', 'style = "loud"'),
            ('meaning = "drop"', 'meaning = "keep"'),
            ('meaning = "drop"', ""),
            ("version = 1", "version = 0"),
            ("version = 1", "version = true"),
            ("version = 1", "versions = 1"),
            ('category = "tone"', ""),
            ('type = "object"', 'type = "array"'),
            ("Take the heat out.", "Take the {heat} out."),
        ],
    )
    def test_it_refuses_data_that_breaks_a_rule(self, old, new):
        with pytest.raises(TemplateDataError):
            read_templates([GOOD.replace(old, new)])
