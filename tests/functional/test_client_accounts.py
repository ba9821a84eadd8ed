"""Accounts and limits through the client, over the real stack."""

import pytest
from copydesk import Desk

from tests.account_client import PASSWORD, some_email
from tests.stack_client import some_text

TEMPLATE = {"template": "more-professional"}


@pytest.fixture
def desk(stack, model):
    with Desk(stack.url) as desk:
        yield desk


class TestAccounts:
    def test_what_a_session_owns_moves_to_its_user(self, desk, stack):
        job, email = desk.suggest(some_text(), **TEMPLATE), some_email()
        user = desk.register(email, PASSWORD, "Ann")
        with Desk(stack.url) as elsewhere:
            assert elsewhere.login(email, PASSWORD) == user == elsewhere.me()
            assert [each.id for each in elsewhere.jobs()] == [job.id]
            elsewhere.logout()

        assert desk.me().name == "Ann"

    def test_a_token_that_is_over_is_renewed(self, desk, stack):
        desk.register(some_email(), PASSWORD)
        known, kept = desk.credentials, []
        with Desk(
            stack.url,
            token="over",
            refresh_token=known.refresh_token,
            on_credentials=kept.append,
        ) as later:
            assert later.me() == desk.me()

        assert kept
        assert kept[-1].refresh_token != known.refresh_token

    def test_limits_and_use_are_shown(self, desk):
        report = desk.usage("2026-01-01", "2026-01-31")

        assert {each.service for each in desk.limits().limits} >= {"suggestions", "reads"}
        assert (report.first, report.last, report.total.jobs) == ("2026-01-01", "2026-01-31", 0)
