import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import pytest

from devserver.stores import EmbeddedRedis
from tests.account_client import Person
from tests.command_line import CommandLine
from tests.gates import forget_models
from tests.model_server import ModelServer
from tests.mongo import mongo_server_in
from tests.quiet import wait_until_quiet
from tests.rabbitmq import RabbitMQ
from tests.stack import OwnRedis, Stack
from tests.stack_client import Writer

API_KEY = "sk-test-5f0d1c7e"
LISTED_ORIGIN = "https://app.example.com"
OTHER_MODEL = "gpt-4.1-nano"


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """Return the folder in which all stacks of this run live."""
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="session")
def mongo_server(house):
    """Return the MongoDB on which each stack has a database of its own."""
    with mongo_server_in(house / "mongo") as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(house):
    with EmbeddedRedis(house / "redis") as store:
        yield store


@pytest.fixture(scope="session")
def model_server():
    with ModelServer() as server:
        yield server


@pytest.fixture
def model(model_server):
    """Return the model's server, which proposes edits for known words until told otherwise."""
    model_server.reset()
    yield model_server
    model_server.reset()


@pytest.fixture(scope="session")
def new_stack(house, mongo_server, model_server):
    """Return a function that makes a stack, not yet started, over a Redis of its own choice."""

    def make(name, redis, **settings):
        model = {"OPENAI_BASE_URL": model_server.base_url, "OPENAI_API_KEY": API_KEY}
        stores = {"REDIS_URI": redis.uri, "MONGO_URI": mongo_server.new_database(name)}
        model_server.on_reset.append(partial(forget_models, redis.uri))
        return Stack(house / name, **stores | {"OPENAI_MODELS": OTHER_MODEL} | model | settings)

    return make


@pytest.fixture(scope="session")
def stack(new_stack, redis_server, model_server):
    """Return the processes that most tests share; whoever stops one starts it again."""
    with new_stack("shared", redis_server) as shared:
        # Before anything is forgotten: what a test has left under way, the next one would see.
        model_server.on_reset.insert(0, partial(wait_until_quiet, redis_server.uri))
        yield shared.start("web", "interactive", "bulk", "sweeper").wait_until_ready()


@dataclass(frozen=True)
class Apart:
    """A stack whose stores are its own, to be killed and started again."""

    stack: Stack
    jobs: OwnRedis
    broker: OwnRedis | RabbitMQ


@pytest.fixture(scope="session")
def new_apart(new_stack, house):
    """Return a function that starts a stack over a broker, and gives both until it is left."""

    @contextmanager
    def start(name, broker):
        with (
            OwnRedis(house / f"{name}-jobs") as jobs,
            # Here tests see what is refused soon, because Redis hangs.
            new_stack(name, jobs, BROKER_URI=broker.uri, REDIS_TIMEOUT="2") as own,
        ):
            own.start("web", "interactive", "sweeper").wait_until_ready()
            yield Apart(own, jobs, broker)

    return start


@pytest.fixture(scope="session")
def over_redis(new_apart, house):
    """Return a stack with a Redis apart as its broker; whoever stops a part starts it again."""
    with OwnRedis(house / "broker") as broker, new_apart("over-redis", broker) as own:
        yield own


@pytest.fixture(scope="session")
def over_rabbitmq(new_apart, rabbitmq):
    """Return a stack with RabbitMQ as its broker; whoever stops a part starts it again."""
    with new_apart("over-rabbitmq", rabbitmq) as own:
        # It writes down within 2 s what it is told of queues; killed before, it loses them.
        time.sleep(3)
        yield own


@pytest.fixture
def apart(over_redis):
    return over_redis


@pytest.fixture
def over_each(request):
    """Return a stack over the kind of broker that the test is parametrised with."""
    return request.getfixturevalue(f"over_{request.param}")


@pytest.fixture(scope="session")
def strict_stack(new_stack, house):
    """Return a web tier with the contract's rates, a short memory, and nobody who does the jobs."""
    strict = {"RATE_LIMIT_SCALE": "1", "TRUSTED_PROXIES": "1", "JOB_RETENTION": "1"}
    strict |= {"CORS_ORIGINS": LISTED_ORIGIN, "CLIENT_GRACE": "2", "STREAMS_PER_OWNER": "3"}
    with (
        OwnRedis(house / "strict-redis") as redis,
        new_stack("strict", redis, **strict) as own,
    ):
        yield own.start("web").wait_until_ready()


@pytest.fixture(scope="session")
def parts(new_stack, house):
    """Return a stack whose jobs lie in four partitions, and where bulk work waits for ever."""
    settings = {"PARTITIONS": "4", "BULK_WINDOW": "1"}
    with OwnRedis(house / "parts-redis") as redis, new_stack("parts", redis, **settings) as own:
        yield own.start("web", "interactive", "sweeper").wait_until_ready()


@pytest.fixture
def newcomer(parts, model):
    with Person(parts.url) as someone:
        yield someone


@pytest.fixture
def workers(apart):
    """Return the stack, whose worker may be killed; another one works on when the test is over."""
    apart.stack.wait_until_ready()
    yield apart.stack
    apart.stack.replace("interactive")


@pytest.fixture
def apart_writer(apart, model):
    with Writer(apart.stack.url) as someone:
        yield someone


@pytest.fixture
def writer(stack, model):
    with Writer(stack.url) as someone:
        yield someone


@pytest.fixture
def new_person(stack, model):
    """Return a function that makes somebody, not yet registered; all are closed in the end."""
    with ExitStack() as everyone:
        yield lambda email=None: everyone.enter_context(Person(stack.url, email))


@pytest.fixture
def person(new_person):
    """Return somebody with an account, logged in."""
    return new_person().register()


@pytest.fixture
def cli(tmp_path, stack, model):
    """Return the command line of somebody who was never here before."""
    return CommandLine(tmp_path, stack.url)


@pytest.fixture
def other_writer(stack):
    with Writer(stack.url) as someone:
        yield someone


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Show what the processes said behind a test that failed."""
    report = yield
    if report.failed:
        for name, value in item.funcargs.items():
            if isinstance(value, Stack):
                report.sections.append((f"logs of {name}", value.logs()[-20_000:]))
    return report
