import pytest

from tests.unit.client.server import FakeServer


@pytest.fixture
def server():
    return FakeServer()
