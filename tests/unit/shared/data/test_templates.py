from dataclasses import replace

import pytest

from shared.data.mongo.templates import TemplateRepository
from shared.domain.prompt_templates import system_templates
from shared.errors import StoreUnavailableError


class TestTemplateRepository:
    def test_it_gives_what_it_was_prepared_with(self, database):
        repository = TemplateRepository(database)
        repository.prepare(system_templates())

        assert repository.newest() == list(system_templates())

    def test_it_is_not_ready_before_it_was_prepared(self, database):
        repository = TemplateRepository(database)
        with pytest.raises(StoreUnavailableError):
            repository.ping()
        repository.prepare(system_templates())

        repository.ping()

    def test_preparing_twice_changes_nothing(self, database):
        repository = TemplateRepository(database)
        repository.prepare(system_templates())
        repository.prepare(replace(t, instruction="New") for t in system_templates())

        assert repository.newest() == list(system_templates())

    def test_it_gives_the_newest_version(self, database):
        repository = TemplateRepository(database)
        repository.prepare(system_templates())
        first = system_templates()[0]
        repository.prepare([replace(first, version=first.version + 1, name="Newer")])

        assert repository.newest()[0].name == "Newer"
        assert len(repository.newest()) == 8

    def test_it_flags_changes_of_meaning_where_the_record_does_not_say(self, database):
        repository = TemplateRepository(database)
        repository.prepare(system_templates())
        database["templates"].update_many({}, {"$unset": {"meaning": ""}, "$set": {"schema": 1}})

        assert {template.meaning for template in repository.newest()} == {"flag"}
