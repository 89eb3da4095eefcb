"""What a bot's function is given for its parameters, by their annotations and names."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from hubbub.client import Context, events
from hubbub.client.bots.context import BotMessage
from hubbub.client.bots.handlers import Injected, Listener

if TYPE_CHECKING:
    from collections.abc import Sized  # known to type checkers only


class Ctx:
    """A context of four things."""

    message, event, match = "the message", "the event", "the match"


def given(function: Any) -> list[object]:
    """What the function gets, in order of its parameters."""
    found = Injected(function, "message")(Ctx(), ValueError("the error"))  # type: ignore[arg-type]
    return [type(one).__name__ if isinstance(one, Ctx | Exception) else one for one in found]


def test_by_name_annotation_and_place() -> None:
    assert given(lambda ctx, event, error, match: (ctx, event, error, match)) == [
        "Ctx",
        "the event",
        "ValueError",
        "the match",
    ]
    assert given(lambda said: (said,)) == ["the message"]
    assert given(lambda *, ctx, context: (ctx, context)) == ["Ctx", "Ctx"]

    def annotated(where: Context, what: BotMessage, why: re.Match[str], it: events.MessageReceived) -> Any:
        return where, what, why, it

    assert given(annotated) == ["Ctx", "the message", "the match", "the event"]


def test_an_annotation_that_says_nothing_leaves_it_to_the_name() -> None:
    def unsure(ctx: Any, event: "Any", match: "Sized") -> Any:
        return ctx, event, match

    assert given(unsure) == ["Ctx", "the event", "the match"]


def test_what_nothing_is_known_for_is_told_at_once() -> None:
    with pytest.raises(TypeError, match="<lambda>: nothing is known that could be given as weather"):
        Listener("name", lambda message, weather: None, None, False)
