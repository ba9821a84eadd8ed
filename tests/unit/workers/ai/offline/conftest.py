import pytest

from workers.ai.offline.engine import OfflineEditor


@pytest.fixture(scope="session")
def editor():
    return OfflineEditor()
