"""What a package offers in `__all__` is there, and says what it is."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

ROOMS = ("hubbub.schemas", "hubbub.store", "hubbub.broker", "hubbub.client")


def modules() -> Iterator[str]:
    for room in ROOMS:
        yield room
        path = importlib.import_module(room).__path__
        for module in pkgutil.walk_packages(path, room + "."):
            if not module.name.startswith("hubbub.client.gui") and not module.name.endswith("__main__"):
                yield module.name


@pytest.mark.parametrize("name", tuple(modules()))
def test_exports_exist_and_are_described(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", ())
    assert len(set(exported)) == len(exported), "a name is listed twice"
    missing = [item for item in exported if not hasattr(module, item)]
    assert not missing, f"{name}.__all__ names what is not there: {missing}"
    silent = [item for item in exported if is_silent(getattr(module, item))]
    assert not silent, f"{name} exports without a docstring: {silent}"


def is_silent(value: object) -> bool:
    if isinstance(value, ModuleType):
        ours = value.__name__.startswith("hubbub.")
    elif inspect.isclass(value) or inspect.isroutine(value):
        ours = value.__module__.startswith("hubbub.")
    else:  # a constant or an alias: its comment stands beside it
        return False
    return ours and not (value.__doc__ or "").strip()


def test_the_library_gives_the_profile_of_a_user_and_not_the_folder_of_that_name() -> None:
    assert (
        importlib.import_module("hubbub.client").Profile
        is importlib.import_module("hubbub.client.models").Profile
    )
