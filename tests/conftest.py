"""What this machine can run, and a summary that says what it could not.

A test asks for what it needs by a marker (`window`, `netns`); where that is missing the test is skipped with the
reason, and the summary counts it. With CI=true skipped window tests are a failure: there they must run.

Passwords are hashed for next to nothing in this process: tests/broker/test_passwords.py looks at what they cost elsewhere.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import argon2
import hypothesis
import pytest

from hubbub.broker import passwords

os.environ["HUBBUB_DISCOVERY"] = "0"
"""No broker of a test is announced to the network that this machine is on."""
# No deadline: how long a test takes says what else the machine does.
hypothesis.settings.register_profile("hubbub", deadline=None)
hypothesis.settings.load_profile("hubbub")
WINDOWS = Path(__file__).parent / "gui"
"""Its tests import tkinter."""


@cache
def has_tk() -> bool:
    return importlib.util.find_spec("_tkinter") is not None


@cache
def missing_for_windows() -> str:
    if not has_tk():
        return "this Python has no Tk (Debian: python3-tk)"
    if not (os.environ.get("DISPLAY") or shutil.which("Xvfb") or sys.platform in {"darwin", "win32"}):
        return "there is no display and no Xvfb (Debian: xvfb)"
    return ""


@cache
def missing_for_netns() -> str:
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if (ip := shutil.which("ip")) is None:
        return "there is no ip command (Debian: iproute2)"
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"hubbub-{os.getpid()}"
    made = subprocess.run([ip, "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        return f"network namespaces are not permitted here: {made.stderr.strip()}"
    subprocess.run([ip, "netns", "delete", name], capture_output=True, check=False)
    return ""


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """0.3 ms in place of 40, of which brokers in this process would ask a thousand times."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", hasher)
        patch.setattr(passwords, "_NOBODY", hasher.hash("the password of nobody"))
        yield


NEEDS = {"window": missing_for_windows, "netns": missing_for_netns}


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # of pytest-xdist: what runs tests tells another process of them
        config.pluginmanager.register(Windows())


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return True if collection_path == WINDOWS and not has_tk() else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, missing in NEEDS.items():
        if item.get_closest_marker(marker) and (reason := missing()):
            pytest.skip(f"{marker}: {reason}")


class Windows:
    """Counts window tests that were skipped, and says so at the end."""

    def __init__(self) -> None:
        self._skipped: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail") and "window" in report.keywords:
            self._skipped.add(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._said() and in_ci() and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if said := self._said():
            verdict = (
                "which counts as a failure in CI" if in_ci() else "the rest says nothing about the window"
            )
            terminalreporter.section("windows", yellow=True)
            terminalreporter.line(f"{said} were skipped: {verdict}.", yellow=True)

    def _said(self) -> str:
        if not has_tk():
            return "All tests of the window (this Python has no Tk)"
        return f"{len(self._skipped)} window tests" if self._skipped else ""


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
