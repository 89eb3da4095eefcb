"""What benchmarks.window measures inside the process that has the window; a bare window of Tk is measured beside it."""

import sys
import time
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil

WAIT_S: Final = 30.0
NOTCHES: Final = 400
BARE_ROWS: Final = 500


def milliseconds(begun: float) -> float:
    """Since a moment of perf_counter."""
    return (time.perf_counter() - begun) * 1000


class Probe:
    """A window, and what is asked of it. Every figure is in milliseconds, memory in MiB."""

    def __init__(self, root: tk.Tk) -> None:
        self.root = root
        self._gaps: list[float] = []
        self._last = 0.0

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window live until it is so."""
        end = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit("the window did not get there")
            self.root.update()
            time.sleep(0.001)

    def live(self, seconds: float) -> None:
        """Let it live."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def scroll(self, text: tk.Text) -> list[float]:
        """Frame times: a notch of the wheel up, and all that follows from it."""
        took = []
        for _ in range(NOTCHES):
            begun = time.perf_counter()
            self.turn_wheel(text)
            self.root.update()
            took.append(milliseconds(begun))
            time.sleep(0.004)
        return took

    def turn_wheel(self, text: tk.Text) -> None:
        """One notch up."""
        x, y = text.winfo_width() // 2, text.winfo_height() // 2
        if self.root.tk.call("tk", "windowingsystem") == "x11":
            text.event_generate("<Button-4>", x=x, y=y)
        else:
            text.event_generate("<MouseWheel>", x=x, y=y, delta=120)

    def gaps(self, seconds: float) -> list[float]:
        """Between two turns of the window's own loop, which has something to do each millisecond."""
        self._gaps.clear()
        self._last = time.perf_counter()
        self.root.after(1, self._tick)
        self.root.after(round(seconds * 1000), self.root.quit)
        self.root.mainloop()
        return list(self._gaps)

    def _tick(self) -> None:
        self._gaps.append(milliseconds(self._last))
        self._last = time.perf_counter()
        self.root.after(1, self._tick)

    @staticmethod
    def memory() -> float:
        """Resident, of this process."""
        return psutil.Process().memory_info().rss / 2**20


def spread(values: list[float]) -> dict[str, float]:
    """Median, 99th percentile, largest."""
    values = sorted(values)
    return {"p50": values[len(values) // 2], "p99": values[len(values) * 99 // 100], "max": values[-1]}


def say(**figures: Any) -> None:
    """A line for whoever measures."""
    print(msgspec.json.encode(figures).decode(), flush=True)


def window(profile: Path, busy: str) -> None:
    """Open Hubbub's window on a profile that is logged in, and answer what standard input asks."""
    from hubbub.client.gui.collecting import uncollected

    with uncollected():
        from hubbub.client.gui.app import Window
        from hubbub.client.gui.later import Later

    opened = Window(profile, mode="light")
    Later(opened.root)
    probe, model = Probe(opened.root), opened.model
    probe.until(lambda: model.chat and model.chat.conversations.get(busy))
    probe.root.update()
    say(cpu=time.process_time())

    def show(name: str) -> tk.Text:
        assert model.chat is not None
        model.chat.open(name)
        probe.until(lambda: list(shown()) and (name != busy or len(bubbles()) >= 5))
        probe.root.update()
        return shown()[0]

    def shown() -> list[tk.Text]:
        flows = [one for one in _all(opened.root) if type(one).__name__ == "Flow"]
        return [one for flow in flows for one in _all(flow) if isinstance(one, tk.Text)]

    def bubbles() -> list[tk.Misc]:
        return [
            one for one in _all(opened.root) if type(one).__name__ == "BubbleView" and one.winfo_viewable()
        ]

    for line in sys.stdin:
        what, _, rest = line.strip().partition(" ")
        if what == "open":
            begun = time.perf_counter()
            show(rest)
            say(took=milliseconds(begun))
            probe.live(1.0)
        elif what == "scroll":
            say(**spread(probe.scroll(show(busy))))
        elif what == "gaps":
            say(**spread(probe.gaps(float(rest))))
        elif what == "send":
            assert model.chat is not None
            model.chat.outgoing.send(busy, "a file", attachments=[rest], failed=model.chat.complain)
            say(done=True)
        elif what == "memory":
            say(rss=probe.memory(), faults=len(opened.faults))
    opened.close()


def bare(profile: Path, busy: str) -> None:
    """The same of a window of Tk that shows as many labels as Hubbub's shows messages, and is connected to nothing."""
    root = tk.Tk()
    root.geometry("1080x720")
    text = tk.Text(root)
    text.pack(fill="both", expand=True)
    root.update()
    say(cpu=time.process_time())
    probe = Probe(root)
    for line in sys.stdin:
        what, _, rest = line.strip().partition(" ")
        if what == "open":
            begun = time.perf_counter()
            text.delete("1.0", "end")
            for number in range(BARE_ROWS):
                label = tk.Label(text, text=f"the text of message {number}", anchor="w", justify="left")
                text.window_create("end", window=label)
                text.insert("end", "\n")
            text.see("end")
            root.update()
            say(took=milliseconds(begun))
        elif what == "scroll":
            say(**spread(probe.scroll(text)))
        elif what == "gaps":
            say(**spread(probe.gaps(float(rest))))
        elif what == "memory":
            say(rss=probe.memory(), faults=0)
        else:
            say(done=True)


def _all(widget: tk.Misc) -> list[tk.Misc]:
    return [widget, *(found for child in widget.winfo_children() for found in _all(child))]


def main() -> None:
    """window|bare PROFILE CONVERSATION"""
    kind, profile, busy = sys.argv[1:]
    {"window": window, "bare": bare}[kind](Path(profile), busy)
