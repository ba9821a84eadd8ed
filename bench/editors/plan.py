"""What the process that plays the writers is asked, and what it tells."""

import json
from dataclasses import dataclass
from typing import Self

PLATEAU, OVER = "plateau", "over"  # the lines it writes on the way

FIRST_SUGGESTION, FIRST_WORDS = "POST to the first suggestion", "POST to the first words of a chat"
TO_THE_END = "POST to the last event"
SPANS = (FIRST_SUGGESTION, FIRST_WORDS, TO_THE_END)


@dataclass(frozen=True)
class Plan:
    """So many writers come within `ramp_s`, and stay for `plateau_s`."""

    port: int
    writers: int
    ramp_s: float
    plateau_s: float


@dataclass(frozen=True)
class Kind:
    """One kind of request on the plateau, or what one waits for in several of them."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def is_span(self) -> bool:
        """Whether this is what somebody waits for, over several requests."""
        return self.name in SPANS


@dataclass(frozen=True)
class Told:
    """What the writers have seen, and what the API says of their jobs afterwards."""

    kinds: list[Kind]
    requests: int  # answered on the plateau
    faults: list[str]  # of the whole run, each once with how often
    accepted: int  # jobs, of the whole run
    ends: dict[str, int]  # of those: how many ended how
    lost: list[str]

    @classmethod
    def read(cls, told: str) -> Self:
        """Return what stands in this JSON."""
        fields = json.loads(told)
        return cls(**fields | {"kinds": [Kind(**kind) for kind in fields["kinds"]]})
