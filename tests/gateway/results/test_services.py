"""What is answered is checked against these types by tests/gateway/methods/test_every_row.py; here what they refuse."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.services import ServiceList, ServiceState

ROW = {"name": "gateway", "title": "The gateway", "state": "well", "sinceMs": 1, "restarts": 0}


def test_a_state_that_there_is_not_does_not_fit() -> None:
    assert misfit(ServiceState, ROW) == ""
    assert misfit(ServiceState, ROW | {"state": "tired"})
    assert misfit(ServiceState, ROW | {"fault": None})
    assert misfit(ServiceList, {"selfRepair": True, "services": [ROW]}) == ""
    assert misfit(ServiceList, {"services": [ROW]})
