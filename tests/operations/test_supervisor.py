"""What breaks is started again within its budget and told; what a restart cannot mend is only told."""

from __future__ import annotations

import asyncio

import pytest
from operations.supervision import Patient, ward

from clawd_desktop.config.schema.monitoring import Repair
from clawd_desktop.core.errors import AlreadyRunning, BadInput, ClawdError, NotFound, Refused, StorageFault, Unavailable
from clawd_desktop.core.events import Repaired, Resumed, ShuttingDown
from clawd_desktop.operations.supervised import Standing
from clawd_desktop.operations.supervisor import budget_of

S = Standing


async def test_what_is_well_is_left_alone() -> None:
    async with ward() as w:
        patient = Patient()
        w.watch(patient)
        await w.until(lambda: w.row().state is S.WELL)
        await w.pass_until(lambda: patient.asked >= 4)
        assert (patient.restarts, w.repaired, w.notices.current()) == (0, [], ())


async def test_what_broke_is_started_again_at_once_and_told() -> None:
    async with ward() as w:
        patient = Patient()
        patient.breaks()
        w.watch(patient)
        await w.until(lambda: patient.restarts == 1)
        await w.pass_until(lambda: w.row().state is S.WELL)
        text = "The patient was started again (The connection is refused.)."
        assert w.repaired == [Repaired("service:patient", "restart", True, text)]
        assert w.notices.current() == (), "it is well again: nobody need know"
        assert (w.row().restarts, w.row().fault) == (1, "The connection is refused.")
        assert w.row().last_restart_ms > 0


async def test_what_never_gets_well_uses_its_budget_and_then_waits_for_a_person() -> None:
    async with ward() as w:
        patient = Patient(cured_by_restart=False)
        patient.breaks()
        w.watch(patient)
        took = await w.pass_until(lambda: w.row().state is S.DOWN)
        assert patient.restarts == 5
        assert 450 <= took <= 600, "30, 60, 120 and 240 seconds between the restarts"
        notice = w.notice()
        assert notice is not None
        assert notice.title == "The patient is not well"
        assert "started again 5 times within 10 minutes" in notice.text
        assert "The connection is refused." in notice.text
        assert [action.id for action in notice.actions] == ["service.restart:patient", "page:logs"]
        assert w.repaired[-1].ok is False
        said = len(w.repaired)
        await w.pass_until(lambda: patient.asked > 500, step_s=5, most_s=20_000)
        assert (patient.restarts, len(w.repaired)) == (5, said), "it stays down, and is not told again and again"


async def test_a_person_gives_a_new_budget() -> None:
    async with ward() as w:
        patient = Patient(cured_by_restart=False)
        patient.breaks()
        w.watch(patient)
        await w.pass_until(lambda: w.row().state is S.DOWN)
        patient.cured_by_restart = True
        row = await w.supervisor.restart("patient")
        assert row.restarts == 6
        await w.pass_until(lambda: w.row().state is S.WELL)
        assert w.notice() is None


async def test_what_is_given_up_and_gets_well_by_itself_is_believed() -> None:
    async with ward() as w:
        patient = Patient(cured_by_restart=False)
        patient.breaks()
        w.watch(patient)
        await w.pass_until(lambda: w.row().state is S.DOWN)
        patient.fault = None
        await w.pass_until(lambda: w.row().state is S.WELL)
        assert w.notice() is None


@pytest.mark.parametrize(
    "fault",
    [
        AlreadyRunning("Port 18789 is taken by another program."), Refused("It may not listen there."),
        BadInput("gateway.bind is mistyped."), StorageFault("The disk is full."),
    ],
)  # fmt: skip
async def test_what_a_restart_cannot_mend_is_told_and_not_restarted(fault: ClawdError) -> None:
    async with ward() as w:
        patient = Patient(fault)
        w.watch(patient)
        await w.until(lambda: w.row().state is S.BLOCKED)
        await w.pass_until(lambda: patient.asked > 20)
        assert patient.restarts == 0
        notice = w.notice()
        assert notice is not None
        assert fault.message in notice.text
        patient.fault = None
        await w.pass_until(lambda: w.row().state is S.WELL)
        assert w.notice() is None


async def test_a_service_that_tells_it_itself_is_not_told_twice() -> None:
    async with ward() as w:
        patient = Patient(Refused("It may not."))
        w.watch(patient, told=True)
        await w.until(lambda: w.row().state is S.BLOCKED)
        assert w.notice() is None


async def test_the_kill_switch_and_back() -> None:
    async with ward() as w:
        w.repair[0] = Repair(enabled=False)
        patient = Patient()
        patient.breaks()
        w.watch(patient)
        await w.until(lambda: w.row().state is S.DOWN)
        await w.pass_until(lambda: patient.asked > 20)
        assert patient.restarts == 0
        notice = w.notice()
        assert notice is not None
        assert "switched off" in notice.text
        w.repair[0] = Repair()
        await w.pass_until(lambda: w.row().state is S.WELL)
        assert patient.restarts == 1


async def test_a_check_that_hangs_counts_as_a_failure_and_holds_up_nobody() -> None:
    async with ward() as w:
        ill, well = Patient(hangs=True), Patient()
        w.watch(ill)
        w.watch(well, name="other", is_well=well.is_well)
        await w.until(lambda: w.row("other").state is S.WELL)
        await w.pass_until(lambda: w.row().state is S.WELL)
        assert ill.restarts == 1
        assert w.row().fault == "It did not answer within 5 s."
        assert well.asked >= 1


async def test_a_check_that_cannot_even_be_cancelled_is_restarted_within_the_budget_all_the_same() -> None:
    async with ward() as w:
        patient = Patient(hangs=True, stubborn=True, cured_by_restart=False)
        w.watch(patient)
        await w.pass_until(lambda: w.row().state is S.DOWN)
        assert (patient.asked, patient.restarts) == (1, 5)
        patient.release.set()


async def test_a_check_that_raises_nonsense_is_a_failure_too(caplog: pytest.LogCaptureFixture) -> None:
    async with ward() as w:
        patient = Patient(ZeroDivisionError("a bug"), cured_by_restart=False)
        w.watch(patient)
        await w.pass_until(lambda: w.row().state is S.DOWN)
        assert patient.restarts == 5
        assert "ZeroDivisionError: a bug" in w.row().fault
        assert len([record for record in caplog.records if record.exc_info]) == 1, "where it broke is told once"


async def test_a_restart_that_fails_or_hangs_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clawd_desktop.operations.watched.RESTART_LIMIT_S", 0.01)
    for patient in (Patient(restart_fault=Unavailable("It will not.")), Patient(restart_hangs=True)):
        async with ward() as w:
            patient.breaks()
            w.watch(patient)
            await w.until(lambda: bool(w.repaired))  # noqa: B023
            assert w.repaired[0].ok is False  # noqa: B023
            assert "could not be started again" in w.repaired[0].text  # noqa: B023
            with pytest.raises(ClawdError):
                await w.supervisor.restart("patient")
            await w.pass_until(lambda: w.row().state is S.DOWN)  # noqa: B023


async def test_one_bad_answer_is_none_where_two_are_needed() -> None:
    async with ward() as w:
        patient = Patient()
        w.watch(patient, strikes=2)
        await w.until(lambda: w.row().state is S.WELL)
        asked = patient.asked
        patient.breaks()
        await w.pass_until(lambda: patient.asked > asked)
        patient.fault = None
        await w.pass_until(lambda: patient.asked > asked + 3)
        assert (patient.restarts, w.row().state) == (0, S.WELL)
        patient.breaks()
        await w.pass_until(lambda: patient.restarts == 1, most_s=10)


async def test_after_sleep_nothing_counts_for_a_while() -> None:
    async with ward() as w:
        patient = Patient()
        w.watch(patient)
        await w.until(lambda: w.row().state is S.WELL)
        patient.breaks()
        w.supervisor.rest(60)
        assert await w.pass_until(lambda: patient.restarts == 1) >= 60


async def test_sleep_in_the_middle_of_a_check_is_not_its_fault() -> None:
    async with ward() as w:
        patient = Patient(hangs=True)
        w.watch(patient)
        await w.until(lambda: patient.asked == 1)
        w.supervisor.rest(1)
        await asyncio.sleep(0.01)  # the check that is on its way is let go of
        w.clock.advance(10_000)
        patient.hangs = False
        await w.pass_until(lambda: w.row().state is S.WELL)
        assert patient.restarts == 0


async def test_who_only_a_person_may_start_again() -> None:
    async with ward() as w:
        patient = Patient()
        patient.breaks()
        w.watch(patient, by_itself=False)
        await w.until(lambda: w.row().state is S.DOWN)
        notice = w.notice()
        assert notice is not None
        assert notice.actions[0].id == "service.restart:patient"
        await w.supervisor.restart("patient")
        await w.pass_until(lambda: w.row().state is S.WELL)


async def test_what_cannot_be_restarted_by_hand() -> None:
    async with ward() as w:
        w.watch(Patient(), restart=None)
        with pytest.raises(BadInput, match="cannot be started again by hand"):
            await w.supervisor.restart("patient")
        with pytest.raises(NotFound, match="There is no service 'x'"):
            await w.supervisor.restart("x")
        with pytest.raises(BadInput, match="watched already"):
            w.watch(Patient())


async def test_two_restarts_at_once_are_one() -> None:
    async with ward() as w:
        patient = Patient()
        w.watch(patient)
        await asyncio.gather(w.supervisor.restart("patient"), w.supervisor.restart("patient"))
        assert patient.restarts == 1


async def test_what_is_forgotten_is_asked_no_more_and_its_notice_goes() -> None:
    async with ward() as w:
        patient = Patient(Refused("It may not."))
        forget = w.watch(patient)
        await w.until(lambda: w.notice() is not None)
        forget()
        asked = patient.asked
        for _ in range(20):
            w.clock.advance(5)
            await asyncio.sleep(0.001)
        assert (w.notice(), patient.asked, w.supervisor.rows()) == (None, asked, ())


async def test_while_the_application_ends_nothing_is_started() -> None:
    async with ward() as w:
        patient = Patient()
        w.watch(patient)
        await w.until(lambda: w.row().state is S.WELL)
        w.bus.publish(ShuttingDown("quit"))
        patient.breaks()
        w.supervisor.look_at("patient")
        for _ in range(20):
            w.clock.advance(5)
            await asyncio.sleep(0.001)
        assert patient.restarts == 0


async def test_a_thousand_broken_services_do_not_hold_up_the_loop() -> None:
    async with ward() as w:
        patients = [Patient(hangs=True, cured_by_restart=False) for _ in range(1_000)]
        for number, patient in enumerate(patients):
            w.watch(patient, name=f"p{number}")
        await w.until(lambda: all(patient.asked for patient in patients))
        w.clock.advance(6)
        await w.until(lambda: all(patient.restarts for patient in patients))
        assert max(patient.restarts for patient in patients) == 1


def test_the_configured_limits_as_numbers() -> None:
    budget = budget_of(Repair(enabled=False, max_restarts=3, window="2h", cooldown="500ms"))
    assert (budget.enabled, budget.most, budget.window_s, budget.cooldown_s) == (False, 3, 7_200, 0.5)


async def test_after_the_computer_slept_nothing_counts_for_a_minute() -> None:
    async with ward() as w:
        patient = Patient()
        w.watch(patient)
        await w.until(lambda: w.row().state is S.WELL)
        patient.breaks()
        w.bus.publish(Resumed(3_600))
        assert await w.pass_until(lambda: patient.restarts == 1) >= 60
