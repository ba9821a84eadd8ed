"""The settings of the worker processes."""

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings


class WorkerSettings(BaseSettings):
    """How much a worker does at once, and how it ends."""

    worker_slots: PositiveInt = Field(50, description="Model calls at once in one worker process")
    worker_grace: Annotated[float, Field(ge=0)] = Field(
        5.0, description="Seconds that a stopping worker lets its calls end before it hands them on"
    )
    worker_stall: PositiveFloat = Field(
        20.0,
        description="Seconds after which a worker that is connected and takes no work, or a "
        "process that stands still, is ended, to be started again",
    )
