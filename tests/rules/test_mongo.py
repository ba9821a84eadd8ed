"""What the embedded server cannot do, or a MongoDB of one machine, is not used."""

import re

from tests.stack import ROOT

QUERIES = sorted((ROOT / "shared/data/mongo").glob("*.py"))
NOT_USED = re.compile(
    r"\$where|\$text|\$function|\$accumulator|map_reduce|mapReduce|\bHASHED\b|\bTEXT\b"
    r"|start_transaction|with_transaction|\.watch\("
)
MAKES_INDEXES = re.compile(r"create_index|IndexModel")


def test_no_query_asks_for_what_only_some_servers_can_do():
    assert [path.name for path in QUERIES if NOT_USED.search(path.read_text())] == []


def test_indexes_are_declared_in_one_place():
    found = [path.name for path in QUERIES if MAKES_INDEXES.search(path.read_text())]

    assert found == ["indexes.py"]
