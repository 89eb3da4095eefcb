"""A command's line, read by the signature of its function."""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal

import pytest

from hubbub.client.bots.arguments import Arguments, BadArguments, Named, called, nearest
from hubbub.client.models import Group, User


class Colour(Enum):
    RED = "r"
    DARK_RED = "dr"


def pair_of(word: str) -> tuple[int, int]:
    one, x, two = word.partition("x")
    if not (x and one.isdecimal() and two.isdecimal()):
        raise ValueError(f"{word} is no pair.")
    return int(one), int(two)


def whole(number: int) -> None: ...
def fraction(number: float) -> None: ...
def truth(loud: bool) -> None: ...
def span(after: timedelta) -> None: ...
def choice(side: Literal["Heads", "tails", 3]) -> None: ...
def enum(colour: Colour) -> None: ...
def either(number: int | timedelta) -> None: ...
def user(who: User) -> None: ...
def group(where: Group) -> None: ...
def plain(word) -> None: ...  # type: ignore[no-untyped-def]
def defaults(times: int = 2, name: str = "", *, text: str = "nothing") -> None: ...
def many(first: str, *numbers: int) -> None: ...
def rest(first: str, *, text: str) -> None: ...
def own(pair: Annotated[tuple[int, int], pair_of] = (1, 1), word: str = "") -> None: ...
def perhaps_own(pair: Annotated[tuple[int, int], pair_of] | None, word: str) -> None: ...
def described(number: Annotated[int, "how many"]) -> None: ...
def perhaps(count: int | None, word: str) -> None: ...
def none() -> None: ...


def read(function: Callable[..., Any], line: str) -> list[object]:
    values, words = Arguments(function).read(line)
    return [*values, *words.values()]


@pytest.mark.parametrize(
    ("function", "line", "values"),
    [
        (whole, "-7", [-7]),
        (fraction, "2.5e3", [2500.0]),
        (truth, "YES", [True]),
        (truth, "off", [False]),
        (span, "90", [timedelta(seconds=90)]),
        (span, "1h30m", [timedelta(minutes=90)]),
        (span, '"2 days 1.5 hours"', [timedelta(days=2, hours=1.5)]),
        (choice, "heads", ["Heads"]),
        (choice, "3", [3]),
        (enum, "dark_red", [Colour.DARK_RED]),
        (either, "5", [5]),
        (either, "5m", [timedelta(minutes=5)]),
        (user, "@bob", [Named("user", "bob")]),
        (user, "bob", [Named("user", "bob")]),
        (group, "#team", [Named("group", "team")]),
        (plain, '"two words"', ["two words"]),
        (plain, r'"a \"quoted\" word"', ['a "quoted" word']),
        (plain, "“two words”", ["two words"]),
        (plain, "'two words'", ["two words"]),
        (plain, "don't", ["don't"]),
        (plain, '""', [""]),
        (defaults, "", [2, "", "nothing"]),
        (defaults, "4", [4, "", "nothing"]),
        (many, "a", ["a"]),
        (many, "a 1 2", ["a", 1, 2]),
        (rest, 'a  the "rest"  of it ', ["a", 'the "rest"  of it']),
        (rest, "a line\nand another", ["a", "line\nand another"]),
        (rest, 'a "open', ["a", '"open']),
        (perhaps, "3 tea", [3, "tea"]),
        (perhaps, "tea", [None, "tea"]),
        (own, "3x4", [(3, 4), ""]),
        (own, "", [(1, 1), ""]),
        (perhaps_own, "3x4 tea", [(3, 4), "tea"]),
        (perhaps_own, "tea", [None, "tea"]),
        (described, "7", [7]),
        (none, "  ", []),
    ],
)
def test_what_a_line_gives(function: Callable[..., Any], line: str, values: list[object]) -> None:
    assert read(function, line) == values


@pytest.mark.parametrize(
    ("function", "line", "problem"),
    [
        (whole, "", "number is missing."),
        (whole, "x", "'x' is not a whole number."),
        (whole, "1 2", "'2' is a word too many."),
        (whole, "9" * 5000, "is not a whole number."),
        (fraction, "nan", "'nan' is not a number."),
        (truth, "maybe", "'maybe' is neither yes nor no."),
        (span, "5 parsecs", "'parsecs' is a word too many."),
        (span, "5parsecs", "'5parsecs' is not a length of time"),
        (span, "9" * 30, "is too long a time"),
        (choice, "edge", "'edge' is none of Heads, tails, 3."),
        (enum, "blue", "'blue' is none of red, dark_red."),
        (either, "x", "'x' is not a length of time"),
        (user, "#team", "'#team' is a group, not a user."),
        (group, "@bob", "'@bob' is a user, not a group."),
        (plain, '"open', "A quotation mark is not closed."),
        (many, "a 1 b", "'b' is not a whole number."),
        (rest, "a", "text is missing."),
        (own, "3", "3 is no pair."),
        (described, "x", "'x' is not a whole number."),
        (perhaps, "", "word is missing."),
        (none, "x", "It takes nothing."),
    ],
)
def test_what_a_line_lacks(function: Callable[..., Any], line: str, problem: str) -> None:
    with pytest.raises(BadArguments) as raised:
        Arguments(function).read(line)
    assert problem in str(raised.value)


def test_usage() -> None:
    assert Arguments(defaults).usage == "[times=2] [name] [text...=nothing]"
    assert Arguments(many).usage == "<first> [numbers...]"
    assert Arguments(rest).usage == "<first> <text...>"
    assert Arguments(choice).usage == "<Heads|tails|3>"
    assert Arguments(own).usage == "[pair] [word]"
    assert Arguments(perhaps).usage == "[count] <word>"
    assert Arguments(rest, skip=1).usage == "<text...>"
    assert Arguments(none).usage == ""


def test_annotations_that_only_a_type_checker_sees() -> None:
    def roll(ctx: "Unseen", dice: "int") -> "Unseen": ...  # type: ignore[name-defined]  # noqa: F821

    assert Arguments(roll, skip=1).read("6") == ([6], {})


def test_signatures_that_no_line_fills() -> None:
    def named(**options: str) -> None: ...
    def two(*words: str, text: str) -> None: ...
    def odd(value: dict[str, int]) -> None: ...
    def unknown(value: "Nowhere") -> None: ...  # type: ignore[name-defined]  # noqa: F821

    for function in (named, two, odd, unknown):
        with pytest.raises(TypeError, match=function.__name__):
            Arguments(function)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("!roll 2d6", ("roll", "2d6")),
        ("  !roll", ("roll", "")),
        ("!say a\nb", ("say", "a\nb")),
        ("! roll", None),
        ("!", None),
        ("roll", None),
        ("@Bot roll 2d6", ("roll", "2d6")),
        ("@bot, roll", ("roll", "")),
        ("@bot\nroll", ("roll", "")),
        ("@bot", None),
        ("@bots roll", None),
        ("hello @bot roll", None),
    ],
)
def test_what_calls_a_command(text: str, found: tuple[str, str] | None) -> None:
    assert called(text, "!", "bot") == found


def test_a_mention_calls_only_where_it_may() -> None:
    assert called("@bot roll", "!", None) is None
    assert called("roll", "", None) == ("roll", "")


def test_the_nearest_name() -> None:
    assert nearest("rol", ["roll", "remind"]) == "roll"
    assert nearest("REMIDN", ["roll", "remind"]) == "remind"
    assert nearest("weather", ["roll", "remind"]) is None
