"""Who may import whom: the contracts of pyproject.toml hold, and each of them can fail."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schemas", "store", "broker", "client")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"


def lint_imports(packages: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    if packages is not None:
        environment["PYTHONPATH"] = str(packages)
    return subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            LINT_IMPORTS,
            "--no-cache",
            "--no-logo",
            "--config",
            str(ROOT / "pyproject.toml"),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )


def named() -> list[str]:
    """Files of the client that contracts name: they have to be there."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    kinds = ("source_modules", "forbidden_modules")
    modules = [module for contract in contracts for kind in kinds for module in contract.get(kind, ())]
    paths = [
        name.replace(".", "/")
        for module in modules
        if (name := module.removeprefix("hubbub.client.")) != module
    ]
    return [
        f"client/{path}/__init__.py"
        if any(other.startswith(f"{path}/") for other in paths)
        else f"client/{path}.py"
        for path in paths
    ]


def bare_imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each import of a room by the name of its folder."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        elif isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__"):
            names = [
                a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.partition(".")[0] in ROOMS)


def _name(function: ast.expr) -> str:
    """The last part of what is called."""
    return getattr(function, "attr", "") or getattr(function, "id", "")


def test_contracts_hold() -> None:
    result = lint_imports()
    assert result.returncode == 0, result.stdout + result.stderr


MODULES = {
    "schemas/codec.py": "",
    "store/service.py": "import sqlite3, threading",
    "broker/cli.py": "import hubbub.store.service, hubbub.broker.loop",
    "broker/worker.py": "import hubbub.store.service, hubbub.broker.loop",
    "broker/loop.py": "import zmq, time\nfrom hubbub.broker import core, feed",
    "broker/feed.py": "import zmq",
    "broker/core.py": "from hubbub.broker import modes",
    "broker/modes.py": "from hubbub.broker import messages",
    "broker/messages.py": "from hubbub.broker import effects",
    "broker/effects.py": "import hubbub.schemas.codec",
    "client/session.py": "import hubbub.schemas.codec",
    "client/connection.py": "import zmq, asyncio, time",
    "client/client.py": "from hubbub.client import connection, session",
    "client/testing/serving.py": "import hubbub.broker.worker, hubbub.store",
    "client/cli/__init__.py": "import hubbub.client.gui.app",
    "client/gui/__init__.py": "",
    "client/gui/app.py": "import tkinter",
    "client/bots/handling.py": "import hubbub.client.connection",
    "client/gui/views.py": "import tkinter\nfrom hubbub.client.gui import kit, model",
    "client/gui/timeline/__init__.py": "from hubbub.client.gui import kit, model",
}
MODULES |= {
    name: "" for name in (*(f"{room}/__init__.py" for room in ROOMS), *named()) if name not in MODULES
}
"""A small tree that keeps every contract, with each of the exceptions made use of."""

SCHEMAS = "schemas imports no other room"
RULES = "broker: the rules have no socket"
SESSION = "client: the session has no socket"
PURE = "client: what is called pure"
BOTS = "client: the rules of bots"
SHOWN = "window: what is shown knows no Tk"
MEASURED = "window: what is called pure"
WIDGETS = "window: widgets know no socket"
KIT = "window: the kit knows nothing of chat"
BREACHES = [
    ("schemas/codec.py", "import hubbub.store", SCHEMAS, "schemas.codec -> hubbub.store "),
    ("schemas/codec.py", "import zmq", SCHEMAS, "schemas.codec -> zmq "),
    ("store/service.py", "import hubbub.broker.effects", "store imports neither", "store.service -> hubbub.broker.effects "),
    ("broker/loop.py", "from hubbub.store import service", "broker imports neither", "broker.loop -> hubbub.store.service "),
    ("broker/feed.py", "import hubbub.client", "broker imports neither", "broker.feed -> hubbub.client "),
    ("client/client.py", "from hubbub.store.service import x", "client imports neither", "client.client -> hubbub.store.service "),
    ("client/client.py", "import hubbub.broker.loop", "client imports neither", "client.client -> hubbub.broker.loop "),
    ("broker/core.py", "from hubbub.broker import loop", "broker: the rules know nothing", "broker.core -> hubbub.broker.loop "),
    ("broker/newcomer.py", "", "broker: the rules know nothing", "- hubbub.broker.newcomer "),
    ("broker/messages.py", "import time", RULES, "broker.messages -> time "),
    ("broker/modes.py", "from asyncio import sleep", RULES, "broker.modes -> asyncio "),
    ("client/session.py", "import random", SESSION, "client.session -> random "),
    ("client/session.py", "import hubbub.client.connection", SESSION, "client.session -> hubbub.client.connection "),
    ("client/files/transfers.py", "import hubbub.client.connection", PURE, "client.files.transfers -> hubbub.client.connection "),
    ("client/bots/handling.py", "import asyncio", BOTS, "client.bots.handling -> asyncio "),
    ("client/cli/__init__.py", "import tkinter", "client: nothing outside the window", "client.cli -> tkinter "),
    ("client/gui/model.py", "import tkinter", SHOWN, "client.gui.model -> tkinter "),
    ("client/gui/model.py", "from asyncio import sleep", SHOWN, "client.gui.model -> asyncio "),
    ("client/gui/timeline/turned.py", "import tkinter", MEASURED, "client.gui.timeline.turned -> tkinter "),
    ("client/gui/views.py", "import asyncio", WIDGETS, "client.gui.views -> asyncio "),
    ("client/gui/timeline/__init__.py", "import hubbub.client.link", WIDGETS, "client.gui.timeline -> hubbub.client.link "),
    ("client/gui/kit/__init__.py", "import hubbub.client.gui.model", KIT, "client.gui.kit -> hubbub.client.gui.model "),
]  # fmt: skip
"""A module, a line in it that breaks a contract, the contract, and how that is told."""


def grow(folder: Path, modules: dict[str, str]) -> Path:
    for name, source in modules.items():
        path = folder / "hubbub" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source + "\n", encoding="utf-8")
    for inner in (folder / "hubbub").glob("*/**/"):
        (inner / "__init__.py").touch()
    return folder


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a tree that has all the breaches."""
    modules = dict(MODULES)
    for path, line, _, _ in BREACHES:
        modules[path] = f"{modules.get(path, '')}\n{line}"
    result = lint_imports(grow(tmp_path_factory.mktemp("broken"), modules))
    assert result.returncode == 1, result.stdout + result.stderr
    return " ".join(result.stdout.partition("Broken contracts")[2].split())


def test_contracts_allow_the_wiring(tmp_path: Path) -> None:
    result = lint_imports(grow(tmp_path, MODULES))
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("path", "line", "contract", "told"), BREACHES)
def test_contracts_can_fail(broken: str, path: str, line: str, contract: str, told: str) -> None:
    of_this = broken.partition(contract)[2].partition(" ------")[2]
    following = min(
        (place for name in {row[2] for row in BREACHES} if (place := of_this.find(name)) > 0), default=None
    )
    assert told in f"{of_this[:following]} ", broken


@pytest.mark.parametrize(
    "source",
    [
        "import store",
        "import store.service as s",
        "from client import Client",
        "import_module('broker.core')",
    ],
)
def test_bare_imports_are_found(source: str) -> None:
    assert list(bare_imports(source))


def test_no_room_is_imported_by_its_bare_name() -> None:
    folders = (*ROOMS, "tests", "benchmarks", "examples", "docs")
    found = [
        f"{path.relative_to(ROOT)}:{line}: import hubbub.{name}, not {name}"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in bare_imports(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_nothing_hides_the_namespace() -> None:
    """A folder or module `hubbub` at the top would hide the installed package from whoever works there."""
    assert not (ROOT / "hubbub").exists()
    assert not (ROOT / "hubbub.py").exists()
