"""Places for clients, and the one that is kept for the owner at this computer."""

from __future__ import annotations

from clawd_desktop.gateway.capacity import Capacity


def test_the_owner_here_has_one_more_place_than_all_others() -> None:
    places = Capacity(2)
    assert [places.enter(owner_here=False) for _ in range(3)] == [True, True, False]
    assert [places.enter(owner_here=True) for _ in range(2)] == [True, False]
    assert len(places) == 3
    places.leave()
    assert not places.enter(owner_here=False)
    assert places.enter(owner_here=True)


def test_fewer_places_turn_nobody_out() -> None:
    places = Capacity(3)
    assert all(places.enter(owner_here=False) for _ in range(3))
    places.most = 1
    assert (len(places), places.enter(owner_here=True)) == (3, False)
    for _ in range(3):
        places.leave()
    assert places.enter(owner_here=False)
