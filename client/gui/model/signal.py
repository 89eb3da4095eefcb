"""How the model tells of its changes. Pure."""

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Ts = TypeVarTuple("Ts")


class Signal(Generic[*Ts]):
    """Calls whoever listens, in the order in which they came, at once."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[*Ts], object]] = []

    def connect(self, listener: Callable[[*Ts], object]) -> Callable[[], None]:
        """Listen from now on, until what comes back is called (which may be done twice)."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def emit(self, *what: *Ts) -> None:
        """Tell. Who comes or goes meanwhile is not told of this one, or still is."""
        for listener in tuple(self._listeners):
            if listener in self._listeners:
                listener(*what)
