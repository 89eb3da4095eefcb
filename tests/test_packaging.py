"""The wheel holds every subpackage and data file, and puts no name but `hubbub` into site-packages."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schemas", "store", "broker", "client")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def shipped() -> set[str]:
    """The files of the four rooms, named as the wheel has to name them."""
    return {
        f"hubbub/{path.relative_to(ROOT).as_posix()}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from a copy of the sources, so that build/ here stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "LICENSE", "README.md", *ROOMS):
        source = ROOT / name
        files = source.rglob("*") if source.is_dir() else [source]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                target = copy / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder / "dist"),
        str(copy),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_wheel_holds_every_file(wheel: set[str]) -> None:
    missing = shipped() - wheel
    assert not missing, f"not in the wheel (see [tool.setuptools] in pyproject.toml): {sorted(missing)}"


def test_each_room_is_typed(wheel: set[str]) -> None:
    assert {f"hubbub/{room}/py.typed" for room in ROOMS} <= wheel


def test_wheel_takes_no_other_name(wheel: set[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel}
    assert tops == {"hubbub", f"hubbub-{PROJECT['project']['version']}.dist-info"}
    assert "hubbub/__init__.py" not in wheel, "hubbub is a namespace package"
    assert not [name for name in wheel if "/tests/" in name or name.endswith(".pyc")]


def test_every_subpackage_is_listed() -> None:
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    folders = {
        "hubbub." + ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert folders == listed


def test_every_package_has_its_file() -> None:
    for name in PROJECT["tool"]["setuptools"]["packages"]:
        folder = ROOT.joinpath(*name.split(".")[1:])
        assert (folder / "__init__.py").is_file(), f"{name} has no __init__.py"


def test_the_version_is_the_installed_one() -> None:
    assert metadata.version("hubbub") == PROJECT["project"]["version"]


def test_every_dependency_has_a_minimum() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    for requirement in (*PROJECT["project"]["dependencies"], *(one for extra in extras for one in extra)):
        assert re.fullmatch(r"[a-z0-9-]+>=[0-9.]+", requirement), requirement


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_has_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
    for requirement in re.split(r"\n(?=[a-z])", text)[1:]:
        assert "==" in requirement.splitlines()[0]
        assert "--hash=sha256:" in requirement
    locked = {line.partition("==")[0] for line in text.splitlines() if re.match(r"[a-z]", line)}
    for requirement in PROJECT["project"]["dependencies"]:
        assert requirement.partition(">=")[0] in locked, f"{requirement}: run make lock"
