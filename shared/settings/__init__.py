"""Every setting of Copydesk, read once from the environment."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    UrlConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import Url
from pydantic_settings import SettingsConfigDict

from shared.errors import SettingsError
from shared.settings.archive import ArchiveSettings
from shared.settings.budgets import BudgetSettings
from shared.settings.mongo import MongoSettings
from shared.settings.operators import OperatorSettings
from shared.settings.provider_limits import ProviderLimitSettings
from shared.settings.traces import TraceSettings
from shared.settings.web import WebSettings
from shared.settings.workers import WorkerSettings

DEVELOPMENT_JWT_SECRET = "development-only-secret-that-signs-nothing-real"  # noqa: S105
LOOPBACK = ("127.0.0.1", "::1", "localhost")
SHORTEST_SECRET = 32  # RFC 7518, 3.2: an HS256 key has at least 256 bits
LEAST_PASSWORD_MEMORY_KIB = 19_456  # what OWASP asks of argon2id

RedisUri = Annotated[Url, UrlConstraints(allowed_schemes=["redis", "rediss"])]
BrokerUri = Annotated[Url, UrlConstraints(allowed_schemes=["redis", "rediss", "amqp", "amqps"])]
Port = Annotated[int, Field(ge=1, le=65535)]


class Environment(StrEnum):
    """Where this installation runs; only `development` and `testing` forgive a missing secret."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    STAGING = "staging"
    PRODUCTION = "production"


class Settings(
    ArchiveSettings,
    BudgetSettings,
    MongoSettings,
    OperatorSettings,
    ProviderLimitSettings,
    TraceSettings,
    WebSettings,
    WorkerSettings,
):
    """One field per variable: `redis_uri` is read from `REDIS_URI`."""

    model_config = SettingsConfigDict(
        env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True
    )

    environment: Environment = Field(
        Environment.DEVELOPMENT,
        description="`development`, `testing`, `staging` or `production`",
    )
    # Addresses may hold a password: no repr shows them either.
    redis_uri: RedisUri = Field(
        repr=False, description="Redis that keeps jobs, events, sessions and limits"
    )
    redis_timeout: PositiveFloat = Field(
        0.5, le=10, description="Seconds that a request waits for Redis before it is refused"
    )
    broker_uri: BrokerUri | None = Field(
        None,
        repr=False,
        description="Celery's broker: RabbitMQ or a Redis of its own; default `REDIS_URI`",
    )
    cache_uri: RedisUri | None = Field(
        None,
        repr=False,
        description="Redis that may evict, for cached answers; default `REDIS_URI`",
    )
    jwt_secret: SecretStr = Field(
        SecretStr(DEVELOPMENT_JWT_SECRET),
        description="Secret for signing; at least 32 bytes, required outside development",
    )
    jwt_old_secrets: SecretStr = Field(
        SecretStr(""), description="Secrets that signed before, with commas; what they signed holds"
    )
    password_memory_kib: Annotated[int, Field(ge=8)] = Field(
        65_536, description="Memory that hashing one password takes, in KiB; four at once"
    )
    host: str = Field("127.0.0.1", description="Address that web and Flower listen on")
    port: Port = Field(5000, description="Port of the web tier")
    metrics_port: Port | None = Field(
        None, description="Port on which workers, sweeper and beat serve `/metrics`; web has `PORT`"
    )
    metrics_dir: Path | None = Field(
        None, description="Folder through which processes of one machine share what they count"
    )
    flower_port: Port = Field(5555, description="Port of Flower")
    data_dir: Path = Field(
        Path("data"), description="Where embedded stores and Flower keep their files"
    )
    redis_appendfsync: Literal["everysec", "always"] = Field(
        "everysec",
        description="How soon a Redis that is started here writes to disk: `everysec` may lose the "
        "last second at a power cut, `always` nothing",
    )
    web_concurrency: PositiveInt = Field(
        1, description="Web processes; each serves thousands of open streams"
    )
    queue_depth: PositiveInt = Field(
        5000, description="Jobs that may wait in a lane; more are refused as OVERLOADED"
    )
    bulk_window: PositiveInt = Field(
        20, description="Bulk jobs handed out and not begun; the rest wait for their owner's turn"
    )
    partitions: Annotated[int, Field(ge=1, le=1024)] = Field(
        1, description="Slots of a Redis Cluster that jobs spread over; never change it later"
    )
    job_retention: PositiveInt = Field(
        86_400, description="Seconds that a job and its result are kept after its end"
    )
    anonymous_retention: PositiveInt = Field(
        604_800,
        description="Seconds that documents of an anonymous session are kept once it has ended",
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged"
    )

    @model_validator(mode="after")
    def _secrets_are_real(self) -> Self:
        faults = []
        is_local = self.environment in (Environment.DEVELOPMENT, Environment.TESTING)
        if not self.lets_in_by_password(or_anybody=is_local and self.host in LOOPBACK):
            faults.append("FLOWER_BASIC_AUTH: set user:password")
        if any(map(_is_weak, self.jwt_secrets)) and not is_local:
            told = f"set one of at least {SHORTEST_SECRET} bytes, as all of JWT_OLD_SECRETS are"
            faults.append(f"JWT_SECRET: {told}")
        if self.password_memory_kib < LEAST_PASSWORD_MEMORY_KIB and not is_local:
            faults.append(f"PASSWORD_MEMORY_KIB: at least {LEAST_PASSWORD_MEMORY_KIB}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def jwt_secrets(self) -> tuple[str, ...]:
        """What access tokens are signed with: the first one signs."""
        old = self.jwt_old_secrets.get_secret_value().split(",")
        return self.jwt_secret.get_secret_value(), *filter(None, map(str.strip, old))

    @property
    def broker(self) -> str:
        """The broker's address."""
        return str(self.broker_uri or self.redis_uri)

    @property
    def cache(self) -> str:
        """The answer cache's address."""
        return str(self.cache_uri or self.redis_uri)


def _is_weak(secret: str) -> bool:
    return secret == DEVELOPMENT_JWT_SECRET or len(secret.encode()) < SHORTEST_SECRET


def load_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`.

    :raises SettingsError: naming every variable that is missing or wrong, never a value
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_faults(error)) from None


def _faults(error: ValidationError) -> list[str]:
    faults = []
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0]).upper() if fault["loc"] else ""
        message = fault["msg"].removeprefix("Value error, ")
        faults.append(f"{name}: {message}" if name else message)
    return faults
