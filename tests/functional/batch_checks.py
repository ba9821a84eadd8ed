"""What holds of batches in every moment, and what is left of them at the end."""

import orjson

from shared.data.redis.job_events import END
from shared.domain.budgets import NUSD
from shared.jobs.names import JobKind, QueueName
from shared.jobs.states import Status
from tests.functional.batch_desk import LIMIT_USD, BatchDesk

_TOLD = ("section.completed", "section.failed")
# What has no time to live: counts that are to be copied, and how fast work ends.
_KEPT = ("usage:", "usage_changed", "pace:", "homes:", "ended")


def money_is_never_more_than_the_limit(desk: BatchDesk) -> None:
    """What is spent and what is set aside are within it, and nothing is set aside below nothing."""
    for batch in desk.all_of("hgetall", desk.redis.keys("*}:batch:job_*")):
        spent, reserved = (int(batch.get(f"{name}_nusd", 0)) for name in ("spent", "reserved"))
        assert min(spent, reserved) >= 0
        assert "cap_nusd" not in batch or spent + reserved <= int(batch["cap_nusd"])


def purses_hold_what_runs(desk: BatchDesk) -> None:
    """What is set aside of owners is what their sections may use that run; no limit is passed."""
    records = desk.records().values()
    held = sum(int(record.get("worst_nusd", 0)) for record in records if _holds_money(record))
    purses = desk.redis.keys("*}:purse:[us]*")
    owners = desk.all_of("hgetall", purses)
    assert sum(int(purse.get("reserved_nusd", 0)) for purse in owners) == held
    for purse in owners:
        spent, reserved = (int(purse.get(f"{name}_nusd", 0)) for name in ("spent", "reserved"))
        assert min(spent, reserved) >= 0
        assert spent + reserved <= LIMIT_USD * NUSD


def _holds_money(record: dict[str, str]) -> bool:
    return record["kind"] == JobKind.SECTION and record["status"] == Status.RUNNING


def work_is_in_one_place(desk: BatchDesk) -> None:
    """Live work is held, handed out, put off, or run; a batch that waits for others is nowhere."""
    keys, live = desk.keys, desk.live_works(*JobKind)
    lanes = [*map(keys.ready, QueueName), keys.held(QueueName.BULK), keys.held("section")]
    places = desk.all_of("zrange", [keys.leases, keys.parked, *lanes], 0, -1)
    records = desk.records()
    waits = [work for work in live if _waits_for_sections(records[work])]
    found = [each for place in places for each in place]
    assert sorted([*found, *waits]) == sorted(live)
    assert set(desk.all_of("ttl", map(keys.work, live))) <= {-1}


def _waits_for_sections(record: dict[str, str]) -> bool:
    return record["status"] == Status.WAITING and record["reason"] == "dependency"


def lines_hold_what_is_held(desk: BatchDesk) -> None:
    """Each line with somebody in it has its turn, and no other."""
    keys = desk.redis.keys("*}:line:bulk:*")
    lines = desk.all_of("zrange", keys, 0, -1)
    held = desk.redis.zrange(desk.keys.held("section"), 0, -1)
    turns = desk.redis.zrange(desk.keys.turns(QueueName.BULK), 0, -1)
    assert sorted(held) == sorted(each for line in lines for each in line)
    assert sorted(turns) == sorted(key.rpartition(":")[2] for key in keys)


def a_log_is_dense_and_ends_once(desk: BatchDesk, work: str) -> None:
    """So no reader misses anything, and none is told anything after the end."""
    entries = [one for one in desk.events.read({work: "0-0"})[work] if not one.note]
    names = [one.name for one in entries]
    assert [one.seq for one in entries] == list(range(1, len(entries) + 1))
    is_final = Status(desk.redis.hget(desk.keys.work(work), "status")).is_final
    assert names.count(END) == is_final
    assert not is_final or names[-1] == END
    assert "output.reset" not in names
    told = [orjson.loads(one.data)["section_id"] for one in entries if one.name in _TOLD]
    assert len(told) == len(set(told))


def sections_add_up(desk: BatchDesk, work: str) -> None:
    """Every section is in one state, and those that live belong to work that lives."""
    record = desk.batches.find(work)
    assert sum(record.counts.values()) == record.total
    assert min(record.counts.values()) >= 0
    jobs = desk.redis.hvals(desk.keys.children(work))
    works = desk.all_of("hget", map(desk.keys.job, jobs), "work")
    for job, status, members in zip(
        jobs,
        desk.all_of("hget", map(desk.keys.work, works), "status"),
        desk.all_of("smembers", map(desk.keys.members, works)),
        strict=True,
    ):
        assert job in members
        assert not Status(status).is_final


def what_is_told_is_what_is_kept(desk: BatchDesk, work: str) -> None:
    """Each section that was planned has an outcome, and its suggestions were told as they stand."""
    batch = desk.redis.hgetall(desk.keys.batch(work))
    planned = desk.redis.llen(desk.keys.plan(work))
    done = sum(int(count) for name, count in batch.items() if name.startswith("done:"))
    assert done == planned == desk.redis.hlen(desk.keys.outcomes(work))
    if desk.redis.hget(desk.keys.work(work), "status") == Status.SUCCEEDED:
        assert planned == int(batch.get("total", 0))
    told = [
        orjson.loads(one.data)["suggestion"]
        for one in desk.events.read({work: "0-0"})[work]
        if one.name == "suggestion.created"
    ]
    kept = [s for spot, result in desk.batches.results(work) for s in result.standing_at(spot)]
    assert sorted(told, key=orjson.dumps) == sorted(kept, key=orjson.dumps)
    assert int(batch.get("reserved_nusd", 0)) == 0


def nothing_is_left_over(desk: BatchDesk) -> None:
    """No set of live work holds anything, and every key that belongs to a job will go."""
    for key in desk.redis.scan_iter(count=1000):
        name = key.partition("}:")[2]
        assert desk.redis.ttl(key) != -1 or name.startswith(_KEPT), key


def all_is_paid_for_once(desk: BatchDesk) -> None:
    """What owners are told they used is what the sections have used."""
    days = [desk.redis.hgetall(key) for key in desk.redis.scan_iter("*:usage:*", count=1000)]
    for name, used in (
        ("input_tokens", sum(one.input_tokens for one in desk.used.values())),
        ("cost_nusd", sum(round((one.cost_usd or 0) * 1e9) for one in desk.used.values())),
    ):
        assert sum(int(day.get(name, 0)) for day in days) == used
