"""What happened less than an interval ago. Pure: time comes as microseconds."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Lately(Generic[T]):
    """What happened lately. Nothing is forgotten but by `forget`, which is called before anything is looked up."""

    def __init__(self, interval: int) -> None:
        self._interval = interval
        self._times: OrderedDict[T, int] = OrderedDict()
        """The longest ago first. Of a plain dict the first is found the slower, the more were taken from its front."""

    def __len__(self) -> int:
        return len(self._times)

    def __contains__(self, which: T) -> bool:
        return which in self._times

    def add(self, which: T, now: int) -> None:
        """It happens now, and did not lately."""
        self._times[which] = now

    def forget(self, now: int) -> None:
        """Forget what is an interval ago, or ahead: then the clock was set back."""
        times = self._times
        while times and abs(now - times[next(iter(times))]) >= self._interval:
            times.popitem(last=False)
