"""The blocking client is the asyncio client: the same names, which take the same and say the same of themselves."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.client import cached, sync
from hubbub.client.client import Client

ASYNCHRONOUS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
ENDINGS = {"__aenter__": "__enter__", "__aexit__": "__exit__"}


def public(kind: type) -> Iterator[str]:
    return (name for name in dir(kind) if not name.startswith("_"))


def both(name: str) -> tuple[Any, Any]:
    return inspect.getattr_static(Client, name), inspect.getattr_static(sync.Client, name)


def test_neither_has_a_name_that_the_other_lacks() -> None:
    assert list(public(sync.Client)) == list(public(Client))
    assert {*ENDINGS} <= {*dir(Client)} and {*ENDINGS.values()} <= {*dir(sync.Client)}


@pytest.mark.parametrize("name", ["__init__", *public(Client)])
def test_each_takes_the_same_and_says_the_same_of_itself(name: str) -> None:
    ours, theirs = both(name)
    assert isinstance(ours, property) == isinstance(theirs, property)
    assert (theirs.fget if isinstance(theirs, property) else theirs).__name__ == name
    assert ours.__doc__ and ours.__doc__ == theirs.__doc__
    if isinstance(ours, property):
        assert inspect.signature(ours.fget) == inspect.signature(theirs.fget)
    else:
        assert parameters(ours) == parameters(theirs)


def parameters(function: Any) -> list[tuple[str, Any, Any, Any]]:
    """Without `self`: name, kind, default and annotation."""
    found = list(inspect.signature(function).parameters.values())[1:]
    return [(one.name, one.kind, one.default, one.annotation) for one in found]


@pytest.mark.parametrize("name", list(public(Client)))
def test_nothing_of_the_blocking_client_is_awaited(name: str) -> None:
    ours, theirs = both(name)
    if not isinstance(ours, property):
        assert inspect.iscoroutinefunction(ours) or inspect.isasyncgenfunction(ours), (
            f"{name} blocks the loop"
        )
        assert not hasattr(theirs, "__code__") or not theirs.__code__.co_flags & ASYNCHRONOUS


def test_what_is_cached_is_asked_in_the_same_way_too() -> None:
    assert list(public(sync.Cached)) == list(public(cached.Cached))
    for name in public(sync.Cached):
        ours, theirs = getattr(cached.Cached, name), getattr(sync.Cached, name)
        assert ours.__doc__ and ours.__doc__ == theirs.__doc__
        assert parameters(ours) == parameters(theirs)
        assert inspect.iscoroutinefunction(ours) and not inspect.iscoroutinefunction(theirs)
