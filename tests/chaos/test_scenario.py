"""What is drawn from a seed."""

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.publishing import draw_plan
from tests.chaos.scenario import LAST_FAULT_SECONDS, draw_scenario

SEEDS = range(400)


def test_a_seed_alone_decides() -> None:
    """The same seed gives the same scenario, to the last byte that is published; another one does not."""
    assert draw_scenario(7) == draw_scenario(7)
    assert str(draw_scenario(7)) == str(draw_scenario(7))
    assert draw_scenario(7) != draw_scenario(8)


def test_a_scenario_is_one_line() -> None:
    """A scenario is told in a single line that names its cast and each of its faults."""
    for seed in SEEDS:
        scenario = draw_scenario(seed)
        assert "\n" not in str(scenario)
        assert "+".join(scenario.stage.cast) in str(scenario)
        assert all(str(fault) in str(scenario) for _, fault in scenario.schedule)


def test_everything_is_drawn() -> None:
    """Over many seeds each fault happens, on both kinds of broker, from a cold and from a warm start."""
    scenarios = [draw_scenario(seed) for seed in SEEDS]
    drawn = {fault.name for scenario in scenarios for _, fault in scenario.schedule}
    assert drawn == {kind.name for kind in FAULTS}
    assert {scenario.stage.broker for scenario in scenarios} == {"node", "cluster"}
    assert {scenario.waits_until_ready for scenario in scenarios} == {True, False}
    assert {scenario.recovers_at_the_end for scenario in scenarios} == {True, False}


def test_faults_fit_their_stage() -> None:
    """There are two to six faults, in order of time, and each names a worker of the cast."""
    for seed in SEEDS:
        scenario = draw_scenario(seed)
        times = [at for at, _ in scenario.schedule]
        assert 2 <= len(times) <= 6
        assert times == sorted(times)
        assert times[-1] <= LAST_FAULT_SECONDS
        workers = {getattr(fault, "worker", 0) for _, fault in scenario.schedule}
        assert workers <= set(range(len(scenario.stage.cast)))


@pytest.mark.parametrize("name", [kind.name for kind in FAULTS])
def test_a_draw_can_be_narrowed(name: str) -> None:
    """Asked for one kind of fault on one kind of broker, a scenario has nothing else."""
    fitting = [draw_scenario(seed, broker="cluster", only=(name,)) for seed in range(5)]
    assert {fault.name for scenario in fitting for _, fault in scenario.schedule} == {name}
    assert {scenario.stage.broker for scenario in fitting} == {"cluster"}


def test_a_plan_has_all_kinds_of_records() -> None:
    """What is published holds new versions, the same again, corrections, withdrawals and poison."""
    plan = draw_scenario(3).plan
    records = [record for record in plan.records if record.key is not None and not record.poison]
    versions = {(record.key, record.value) for record in records}
    stories = {record.key for record in records}
    assert len(versions) < len(records), "nothing was repeated"
    assert len(versions) > len(stories), "nothing was corrected"
    assert any(record.value is None for record in records), "nothing was withdrawn"
    assert any(record.poison for record in plan.records), "nothing was poisoned"


def test_a_plan_is_as_long_as_asked() -> None:
    """A plan has the number of records that it was asked for, over the time given."""
    import random

    plan = draw_plan(random.Random(1), versions=33, stories=5, seconds=2.0)
    assert len(plan.records) == 33
    assert plan.seconds == 2.0
    assert 1 <= plan.goes <= 33
