"""The settings of MongoDB."""

from typing import Literal

from pydantic import Field, MongoDsn, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings


class MongoSettings(BaseSettings):
    """Where it is, and how long anybody waits for it."""

    mongo_uri: MongoDsn = Field(
        repr=False, description="MongoDB that keeps templates and conversations"
    )
    mongo_timeout: PositiveFloat = Field(
        2.0, le=20, description="Seconds that a request waits for MongoDB before it is refused"
    )
    mongo_pool_size: PositiveInt = Field(
        100, description="Most connections of one process to MongoDB"
    )
    mongo_read_preference: Literal[
        "primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"
    ] = Field(
        "primary",
        description="Which members of a replica set answer lists and analytics; what was just "
        "written is always read from the primary",
    )
