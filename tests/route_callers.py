"""Everybody who may ask, and the things that they ask about, for tests of all routes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

from shared.data.mongo.client import open_database
from shared.data.mongo.users import UserRepository
from shared.domain.accounts import Role
from tests.account_client import Person
from tests.batch_client import finish_batch, sent
from tests.chat_client import chat, some_question
from tests.document_client import create, path, save
from tests.stack import Stack
from tests.stack_client import Writer, order, some_text
from tests.template_client import TONES, make

UNKNOWN = "x" * 43  # has the form of a session's id
SHARED = ("read", "suggest", "write")


@dataclass(frozen=True)
class Asking:
    """Somebody, and the ids of the things that they name."""

    who: Writer
    ids: dict[str, object]


@dataclass
class Everybody:
    """The columns of the table: each has asked for nothing yet."""

    url: str
    exits: ExitStack
    kinds: dict[str, Asking] = field(default_factory=dict)
    visitor: Person | None = None  # whose password, address and tokens bodies may hold

    def writer(self, **headers: str) -> Writer:
        return self.exits.enter_context(Writer(self.url, **headers))

    def person(self) -> Person:
        return self.exits.enter_context(Person(self.url)).register()


@contextmanager
def everybody(stack: Stack) -> Iterator[Everybody]:
    """Give every kind of caller; most ask about what `owner` owns."""
    with ExitStack() as exits:
        found = Everybody(stack.url, exits)
        found.visitor = found.person()
        owner, session = found.person(), found.writer()
        people = {access: found.person() for access in SHARED}
        owned, public = things_of(owner), create(owner, "A big public plan.")["id"]
        _share(owner, str(owned["document_id"]), people)
        draft = path({"id": owned["document_id"]}, "/draft")
        people["write"].http.put(draft, json={"content": "Theirs."})
        owner.http.put(path({"id": public}, "/sharing"), json={"public": True})
        strangers: dict[str, Callable[[], Writer]] = {
            "none": found.writer,
            "dead cookie": lambda: found.writer(Cookie=f"copydesk_session={UNKNOWN}"),
            "dead session": lambda: found.writer(**{"X-Session-Id": UNKNOWN}),
            "bad bearer": lambda: found.writer(Authorization="Bearer x.y.z"),
            "ended login": lambda: _logged_out(found.person()),
            "session": lambda: _begun(found.writer()),
            "user": found.person,
            "admin": lambda: _admin(found.person(), stack),
        }
        found.kinds = {kind: Asking(begin(), owned) for kind, begin in strangers.items()}
        found.kinds["public"] = Asking(found.person(), owned | {"document_id": public})
        found.kinds |= {access: Asking(who, owned) for access, who in people.items()}
        found.kinds["own session"] = Asking(session, things_of(session))
        found.kinds["owner"] = Asking(owner, owned)
        yield found


def things_of(writer: Writer) -> dict[str, object]:
    """Make one of each thing that can be owned, and return their ids, by the names in routes."""
    document = save(writer, create(writer, "A big plan."), "A big plan for us.")
    writer.http.put(path(document, "/draft"), json={"content": "A big draft."})
    job = writer.finish(order(some_text()))
    conversation_id = chat(writer, some_question())["conversation_id"]
    read = writer.http.get(f"/api/v1/conversations/{conversation_id}").json()
    instruction = "Be {tone}."
    return {
        "document_id": document["id"],
        "revision": 1,
        "job_id": job["id"],
        "batch_id": finish_batch(writer, sent(some_text()))["id"],
        "suggestion_id": job["result"]["suggestions"][0]["id"],
        "conversation_id": conversation_id,
        "message_id": read["messages"][-1]["id"],
        "template_id": make(writer, instruction=instruction, parameters=TONES)["id"],
        "version": 1,
        "path": "index.html",
    }


def _share(owner: Person, document_id: str, people: dict[str, Person]) -> None:
    named = [{"email": who.email, "access": access} for access, who in people.items()]
    shared = owner.http.put(path({"id": document_id}, "/sharing"), json={"shared_with": named})
    assert shared.status_code == 200, shared.text


def _logged_out(person: Person) -> Person:
    person.ask("logout", refresh_token=person.tokens["refresh_token"])
    return person


def _begun(writer: Writer) -> Writer:
    writer.http.get("/api/v1/limits")
    return writer


def _admin(person: Person, stack: Stack) -> Person:
    database = open_database(stack.settings)
    with closing(database.client):
        UserRepository(database).set_role(person.user["id"], Role.ADMIN)
    assert person.log_in().json()["user"]["role"] == "admin"
    return person
