"""What a command takes, read from its function's signature, and a line taken apart accordingly. Pure: users and groups stay
names here, because only a server knows them.

    async def remind(ctx, after: timedelta, *, what: str): ...      !remind 1h30m tea with Bob

A parameter with a default, or with `| None`, may be left out. `*args` takes the words that are left, each by itself; a
keyword-only parameter the rest of the line as it stands. A word with spaces stands in quotation marks. Anything else a word can
become by a function of one's own, `dice: Annotated[Dice, dice_of]`, which raises ValueError with what the user is told.
"""

import difflib
import inspect
import math
import re
import types
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import Enum
from inspect import Parameter
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from hubbub.client.models import Group, User
from hubbub.schemas.names import folded

_WORD: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"(?!\S)|[“„]([^“”]*)[“”](?!\S)|\'([^\']*)\'(?!\S)|(\S+))')
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)\s*", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNITS: Final = (
    {"": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
    | {"secs": 1, "seconds": 1, "mins": 60, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
    | _SECONDS
)
_TRUE: Final = frozenset({"yes", "y", "true", "on", "1"})
_FALSE: Final = frozenset({"no", "n", "false", "off", "0"})
_NEAR: Final = 0.65
"""How alike two names are that may be mistaken for one another, 0 to 1."""


class BadArguments(Exception):  # a person's mistake, not the program's
    """The line does not fit the command. The text is for the person who wrote it."""


class Named(Struct, frozen=True):
    """A user or a group that the line names; whether there is one, the server knows."""

    kind: Literal["user", "group"]
    name: str


class Kind(Struct, frozen=True):
    """How a word becomes a value."""

    read: Callable[[str], object]
    """Raises ValueError with what a person is told."""
    choices: str = ""
    """What usage shows in the place of the parameter's name."""


class Slot(Struct, frozen=True):
    """A parameter that the line fills."""

    name: str
    kind: Kind
    takes: Literal["word", "words", "line"]
    required: bool
    default: object = None
    optional: bool = False
    """Annotated with `| None`: a word that does not fit it belongs to the next parameter."""

    @property
    def shown(self) -> str:
        """As usage shows it: <needed> [may be left out]."""
        text = (self.kind.choices or self.name) + ("..." if self.takes != "word" else "")
        if self.required:
            return f"<{text}>"
        return f"[{text}={self.default}]" if _worth_showing(self.default) else f"[{text}]"


class Arguments:
    """What one command takes."""

    def __init__(self, function: Callable[..., object], skip: int = 0) -> None:
        """`skip`: leading parameters that the line does not fill. Raises TypeError for a signature that no line can fill."""
        hints = hints_of(function, extras=True)
        parameters = list(inspect.signature(function).parameters.values())[skip:]
        name = getattr(function, "__name__", "command")
        self._slots = [_slot(name, one, hints.get(one.name, one.annotation)) for one in parameters]
        if [slot.takes for slot in self._slots if slot.takes != "word"][1:]:
            raise TypeError(f"{name}: only one parameter can take what is left of the line")

    @property
    def usage(self) -> str:
        """ "<dice> [times=1]"; empty where nothing is taken."""
        return " ".join(slot.shown for slot in self._slots)

    def read(self, line: str) -> tuple[list[object], dict[str, object]]:
        """The arguments that a line gives, positional and by keyword; users and groups as Named. Raises BadArguments."""
        values: list[object] = []
        words: dict[str, object] = {}
        place = 0
        for index, slot in enumerate(self._slots):
            if slot.takes == "line":
                rest = line[place:].strip()
                words[slot.name] = _value(slot, rest) if rest else _absent(slot)
                place = len(line)
            elif slot.takes == "words":
                while (found := _next(line, place)) is not None:
                    values.append(_value(slot, found[0]))
                    place = found[1]
            else:
                value, place = self._word(slot, line, place, last=index == len(self._slots) - 1)
                values.append(value)
        if (left := _next(line, place)) is not None:
            raise BadArguments(f"{left[0]!r} is a word too many." if values else "It takes nothing.")
        return values, words

    @staticmethod
    def _word(slot: Slot, line: str, place: int, *, last: bool) -> tuple[object, int]:
        if (found := _next(line, place)) is None:
            return _absent(slot), place
        try:
            return _value(slot, found[0]), found[1]
        except BadArguments:
            if not slot.optional or last:
                raise
            return slot.default, place


def called(text: str, prefix: str, me: str | None) -> tuple[str, str] | None:
    """The command's name and the line behind it, if the text calls a command: by the prefix, or by naming the bot first
    ("@bot roll 2d6"). `me`: the bot's name; None: the prefix only."""
    text = text.lstrip()
    first, *behind = text.split(maxsplit=1) or [""]
    if me is not None and first.startswith("@") and folded(first[1:].rstrip(",:")) == folded(me):
        line = behind[0] if behind else ""
    elif text.startswith(prefix) and not text[len(prefix) : len(prefix) + 1].isspace():
        line = text[len(prefix) :]
    else:
        return None
    name, *rest = line.split(maxsplit=1) or [""]
    return (name, rest[0] if rest else "") if name else None


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    known = {folded(name): name for name in names}
    found = difflib.get_close_matches(folded(word), known, 1, _NEAR)
    return known[found[0]] if found else None


def hints_of(function: Callable[..., object], *, extras: bool = False) -> dict[str, Any]:
    """The annotations of its parameters, as objects; as text where they name what only a type checker sees. `extras`: leave
    Annotated[...] as it is."""
    try:
        return get_type_hints(function, include_extras=extras)
    except NameError:
        return {name: _hint(function, text, extras) for name, text in function.__annotations__.items()}


def _hint(function: Callable[..., object], annotation: Any, extras: bool) -> Any:
    alone = types.SimpleNamespace(__annotations__={"it": annotation})
    try:
        return get_type_hints(alone, getattr(function, "__globals__", {}), include_extras=extras)["it"]
    except NameError:
        return annotation


# ---------------------------------------------------------------------------------------------------- the signature


def _slot(command: str, parameter: Parameter, hint: Any) -> Slot:
    if parameter.kind is Parameter.VAR_KEYWORD:
        raise TypeError(f"{command}: a line has no names for **{parameter.name}")
    takes: Literal["word", "words", "line"] = "word"
    if parameter.kind is Parameter.VAR_POSITIONAL:
        takes = "words"
    elif parameter.kind is Parameter.KEYWORD_ONLY:
        takes = "line"
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    optional = type(None) in get_args(bare)
    given = parameter.default is not Parameter.empty
    return Slot(
        name=parameter.name,
        kind=_kind(f"{command}: {parameter.name}", hint),
        takes=takes,
        required=not given and not optional and takes != "words",
        default=parameter.default if given else None,
        optional=optional,
    )


def _kind(where: str, hint: Any) -> Kind:
    if hint in (Parameter.empty, str, Any):
        return Kind(str)
    if get_origin(hint) is Literal:
        return _choice({str(value): value for value in get_args(hint)})
    if get_origin(hint) is Annotated:
        kind, *extras = get_args(hint)
        readers = [extra for extra in extras if callable(extra)]
        return Kind(readers[0]) if readers else _kind(where, kind)
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [_kind(where, one) for one in get_args(hint) if one is not type(None)]
        return kinds[0] if len(kinds) == 1 else _any_of(kinds)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choice({name.lower(): member for name, member in hint.__members__.items()})
    if (read := _READERS.get(hint)) is not None:
        return Kind(read)
    if isinstance(hint, str):
        raise TypeError(f"{where}: {hint} is unknown where the module can see it")
    raise TypeError(f"{where}: no word can become {hint!r}; take str, and make it of that")


def _choice(values: dict[str, object]) -> Kind:
    known = {folded(text): value for text, value in values.items()}

    def read(word: str) -> object:
        if folded(word) not in known:
            raise ValueError(f"{word!r} is none of {', '.join(values)}.")
        return known[folded(word)]

    return Kind(read, "|".join(values))


def _any_of(kinds: list[Kind]) -> Kind:
    def read(word: str) -> object:
        for kind in kinds[:-1]:
            try:
                return kind.read(word)
            except ValueError:
                continue
        return kinds[-1].read(word)

    choices = [kind.choices for kind in kinds]
    return Kind(read, "|".join(choices) if all(choices) else "")


# -------------------------------------------------------------------------------------------------------- the words


def _whole(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise ValueError(f"{word!r} is not a whole number.") from None


def _number(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{word!r} is not a number.")
    return number


def _truth(word: str) -> bool:
    if folded(word) not in _TRUE | _FALSE:
        raise ValueError(f"{word!r} is neither yes nor no.")
    return folded(word) in _TRUE


def _span(word: str) -> timedelta:
    """ "90", "1h30m", "2 days": without a unit it is seconds."""
    text, place, seconds = folded(word).strip(), 0, 0.0
    while (found := _SPAN.match(text, place)) is not None and found[2] in _UNITS:
        seconds += float(found[1]) * _UNITS[found[2]]
        place = found.end()
    if not text or place < len(text):
        raise ValueError(f"{word!r} is not a length of time: write 90s, 5m, 1h30m, 2d or 1w.")
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"{word!r} is too long a time.") from None


def _user(word: str) -> Named:
    if word.startswith("#"):
        raise ValueError(f"{word!r} is a group, not a user.")
    return Named("user", word.removeprefix("@"))


def _group(word: str) -> Named:
    if word.startswith("@"):
        raise ValueError(f"{word!r} is a user, not a group.")
    return Named("group", word.removeprefix("#"))


_READERS: Final[dict[Any, Callable[[str], object]]] = {
    int: _whole,
    float: _number,
    bool: _truth,
    timedelta: _span,
    User: _user,
    Group: _group,
}


def _next(line: str, place: int) -> tuple[str, int] | None:
    """The word that begins there or behind, without its quotation marks, and where it ends."""
    if (found := _WORD.match(line, place)) is None:
        return None
    if found[1] is not None:
        return re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), found.end()
    word = next(text for text in found.groups()[1:] if text is not None)
    if found[4] is not None and word.startswith('"'):
        raise BadArguments("A quotation mark is not closed.")
    return word, found.end()


def _value(slot: Slot, word: str) -> object:
    try:
        return slot.kind.read(word)
    except ValueError as error:
        raise BadArguments(str(error)) from None


def _absent(slot: Slot) -> object:
    if slot.required:
        raise BadArguments(f"{slot.name} is missing.")
    return slot.default


def _worth_showing(default: object) -> bool:
    return isinstance(default, str | int | float) and default not in ("", False)
