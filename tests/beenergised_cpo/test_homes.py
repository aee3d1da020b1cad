"""Tests of which station a connector belongs to, as stations tell it one by one."""

from custom_components.ev_charging_cloud.clients.beenergised_cpo.homes import Homes


def test_a_whole_list_takes_away() -> None:
    """What a station does not list any more is nowhere, and can be put back."""
    homes = Homes()
    assert homes.settle("s", ["a", "b", "c"], is_whole=True) == set()
    assert homes.settle("s", ["a"], is_whole=True, staying={"c"}) == {"b"}
    assert homes.all() == {"a": "s", "c": "s"}
    homes.put_back(["b", "nobody's"])
    assert homes.of("b") == "s"
    homes.put_back(["b"])
    assert homes.settle("s", ["a"], is_whole=True) == {"b", "c"}


def test_a_part_of_a_list_takes_nothing_away() -> None:
    """What may have others only adds."""
    homes = Homes()
    homes.settle("s", ["a", "b"], is_whole=True)
    assert homes.settle("s", ["c"], is_whole=False) == set()
    assert homes.all() == {"a": "s", "b": "s", "c": "s"}


def test_a_connector_moves() -> None:
    """The station that listed it last has it, and the one before lost nothing by that."""
    homes = Homes()
    homes.settle("s", ["a", "b"], is_whole=True)
    homes.settle("t", ["b"], is_whole=True)
    assert homes.all() == {"a": "s", "b": "t"}
    assert homes.settle("s", ["a"], is_whole=True) == set()
    assert homes.of("b") == "t"


def test_what_is_listed_no_more_is_forgotten() -> None:
    """Also where it was before it was nowhere."""
    homes = Homes()
    homes.settle("s", ["a", "b", "c"], is_whole=True)
    homes.settle("s", ["a", "b"], is_whole=True)
    homes.keep(["a"])
    assert homes.all() == {"a": "s"}
    homes.put_back(["b", "c"])
    assert homes.all() == {"a": "s"}
