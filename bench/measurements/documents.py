"""The documents of one user who has ten thousand, among those of others; in turn with `/limits`."""

import itertools
import json
import random
import uuid
from collections.abc import Callable, Iterator, Mapping

from bench.client import Answer, Client
from bench.figures import Figure, alternate, median, p99, ratio
from bench.processes import BenchError
from bench.stack import Stack
from shared.data.mongo.client import connect
from shared.data.mongo.documents import DOCUMENTS, new_record
from shared.domain.documents import Wording
from shared.domain.identity import session_owner

MINE, OTHERS, PEOPLE = 10_000, 20_000, 50
ARCHIVED_EVERY = 20
EACH = 60  # requests of each kind, in each round
_PATH = "/api/v1/documents"
_CONTENT = "Some words that say nothing. " * 70  # 2 kB
_BEGUN = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "kilo")
_ENDED = ("ing", "ed", "er", "ly", "ness", "ment", "tion", "able", "ful", "less")
_FILL_TIMEOUT_MS = 60_000
_AT_ONCE = 100

Ask = Callable[[], Answer]


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """One request at a time; each answer is checked for what it has to be."""
    stack.need(stack.web)
    client = stack.client()
    ids = _fill(stack.mongo_uri, session_owner(client.session))
    client.hang_up()  # the server has by now
    figures: list[Figure] = []
    for name, ask in _requests(client, ids).items():
        ours, bare = alternate(
            EACH * rounds, ask, lambda: _ok(client.send("GET", "/api/v1/limits"))
        )
        mine, plain = [a.took_ms for a in ours], [a.took_ms for a in bare]
        title = f"{MINE:,} documents, {name}"
        figures.append(ratio(f"{title}, p50", median(mine), median(plain), unit="ms"))
        figures.append(ratio(f"{title}, p99", p99(mine), p99(plain), unit="ms"))
    return figures


def _requests(client: Client, ids: list[str]) -> Mapping[str, Ask]:
    deep = _deep_cursor(client)
    one = f"{_PATH}/{ids[len(ids) // 3]}"
    etag = _ok(client.send("GET", one)).etag
    return {
        "first page of a list": _page(client, ""),
        "page in the middle, by cursor": _page(client, f"?cursor={deep}"),
        "search by one word": _page(client, "?q=charl"),
        "search by a letter": _page(client, "?q=c"),
        "search by two words": _page(client, "?q=alpha+bravo"),
        "search by two words that never meet": _page(client, "?q=alpha+zulu", full=False),
        "search by tag": _page(client, "?tag=t3"),
        "archived ones": _page(client, "?archived=true"),
        "get": lambda: _ok(client.send("GET", one)),
        "get, not modified": lambda: _ok(client.send("GET", one, If_None_Match=etag), 304),
        "save": _saves(client, f"{_PATH}/{ids[len(ids) // 2]}"),
    }


def _page(client: Client, query: str, *, full: bool = True) -> Ask:
    def ask() -> Answer:
        answer = _ok(client.send("GET", _PATH + query))
        if full != (len(json.loads(answer.body)["documents"]) == 50):
            raise BenchError(f"{query} gave another page: {answer.body[:300]!r}")
        return answer

    return ask


def _saves(client: Client, path: str) -> Ask:
    texts = (f"{_CONTENT}{number}" for number in range(1_000_000))
    return lambda: _ok(client.send("PUT", path, {"content": next(texts)}, If_Match="*"))


def _ok(answer: Answer, status: int = 200) -> Answer:
    if answer.status != status:
        raise BenchError(f"{answer.status}: {answer.body[:300]!r}")
    return answer


def _deep_cursor(client: Client) -> str:
    cursor = ""
    for _ in range(MINE // 200 // 2):
        answer = _ok(client.send("GET", f"{_PATH}?limit=200{cursor and '&cursor='}{cursor}"))
        cursor = json.loads(answer.body)["next_cursor"]
    return cursor


def _fill(mongo_uri: str, owner: str) -> list[str]:
    """Keep all documents and return the ids of those that are the owner's."""
    owners = [owner] * MINE + [f"s{number % PEOPLE:032x}" for number in range(OTHERS)]
    random.Random(1).shuffle(owners)  # noqa: S311  the same each time
    documents = zip(_ids(), _wordings(), owners, strict=True)
    records = (new_record(each, wording, owner=whose) for each, wording, whose in documents)
    mine: list[str] = []
    with connect(mongo_uri, timeoutMS=_FILL_TIMEOUT_MS).client as client:
        kept = client.get_default_database()[DOCUMENTS]
        while batch := list(itertools.islice(records, _AT_ONCE)):
            kept.insert_many(batch)
            mine += [record["_id"] for record in batch if record["owner"] == owner]
        archived = {"_id": {"$in": mine[::ARCHIVED_EVERY]}}
        kept.update_many(archived, {"$set": {"archived": True}})
    return mine


def _ids() -> Iterator[str]:
    """Yield ids in the order of creation."""
    for number in range(MINE + OTHERS):
        yield f"doc_{0x19AC00000000 + number:012x}{uuid.uuid4().hex[12:]}"


def _wordings() -> Iterator[Wording]:
    choose = random.Random(10_000)  # noqa: S311  the same each time
    words = [begun + ended for begun in _BEGUN for ended in _ENDED]
    for number in range(MINE + OTHERS):
        title = " ".join(choose.choices(words, k=3))
        yield Wording(title, _CONTENT, tags=(f"t{number % 20}",))
