"""What is kept aside is changed through what keeps it aside, and nowhere else."""

import re

from tests.stack import ROOT

BARE = re.compile(
    r"(?<!Cached)\b(UserRepository|DocumentRepository|DocumentUpkeep|OwnTemplateRepository"
    r"|TemplateEstates)\("
)
READS_ONLY = {
    "shared/data/mongo/document_upkeep.py"  # adds conflict copies, which nobody has asked for yet
}


def test_no_process_makes_a_repository_that_changes_past_the_cache():
    files = [path for room in ("shared", "web", "workers") for path in (ROOT / room).rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in files if BARE.search(_made(path.read_text()))}

    assert found == READS_ONLY


def _made(text):
    """Return the text without classes that extend one another."""
    return re.sub(r"^class .*$", "", text, flags=re.MULTILINE)
