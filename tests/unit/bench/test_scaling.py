from dataclasses import replace

from bench.scaling import PAGE, Costs, Writers, steps, table


def reckoned(writers=None, costs=None):
    return {line.what: line.result for line in steps(writers or Writers(), costs or Costs())}


def test_the_page_shows_this_arithmetic():
    assert table(Writers(), Costs()) in PAGE.read_text(encoding="utf-8")


def test_slow_calls_need_slots_and_fast_ones_cores():
    slow = reckoned(replace(Writers(), call_s=8.0))
    fast = reckoned(replace(Writers(), call_s=0.5, superseded_call_s=0.25))

    by_slots, by_cores = (f"worker processes, by their {what}" for what in ("slots", "cores"))
    assert int(slow[by_slots]) > int(slow[by_cores]) > int(fast[by_slots])


def test_what_is_known_already_costs_neither_calls_nor_money():
    known = reckoned(replace(Writers(), known=1.0))

    assert (known["calls a minute"], known["tokens a minute"]) == ("0", "0.0 million")
    assert known["money, gpt-4o-mini"] == "0 USD an hour"
