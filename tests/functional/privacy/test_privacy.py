"""What callers say is seen by nobody else: not in logs, at the broker, in Flower, in traces."""

import json

import pytest

from tests.functional.conftest import API_KEY
from tests.functional.privacy.conftest import BREAKAGES
from tests.functional.privacy.marks import MARKS

PLACES = ("broker", "kept", "logs", "flower", "traces")
SAID_BY_THE_MODEL = {"suggested", "refused"}


class TestPrivacy:
    @pytest.mark.parametrize("place", PLACES)
    def test_nothing_of_what_was_said_is_found(self, evidence, place):
        assert [mark for mark in MARKS.values() if mark in evidence.places[place]] == []

    @pytest.mark.parametrize("place", PLACES)
    def test_no_key_no_token_no_session_and_no_owner_is_found(self, evidence, place):
        assert [one for one in evidence.secrets if one in evidence.places[place]] == []

    def test_all_of_it_was_said(self, evidence):
        said = set(MARKS) - SAID_BY_THE_MODEL

        assert [name for name in said if MARKS[name] not in evidence.sent] == []

    def test_the_owner_sees_what_was_made_of_it(self, evidence):
        shown = json.dumps([evidence.jobs, evidence.batches])

        assert MARKS["suggested"] in shown
        assert API_KEY not in shown

    @pytest.mark.parametrize("place", ["broker", "logs", "flower", "traces"])
    def test_the_ids_are_found(self, evidence, place):
        ids = [job["id"] for job in evidence.jobs + evidence.batches]

        assert [each for each in ids if each not in evidence.places[place]] == []

    def test_things_broke_as_they_were_to(self, evidence):
        told = {line["event"] for line in map(json.loads, evidence.lines)}

        assert told >= BREAKAGES
