"""What is said on the server of the pictures, beyond examples/furnish.py: some days of it, always the same."""

from collections.abc import Callable
from itertools import cycle, islice
from typing import Any, Final

from hubbub.client.sync import Client

Later = Callable[[float], object]
"""Minutes pass."""
LONG: Final = "#sensors"
"""The conversation with a long past."""
LENGTH: Final = 3_000
SHOWN: Final = {"dmitri": "Dmitri Orlov", "elena": "Elena Rossi", "farid": "Farid Haddad"}
_PAGES: Final = (
    "Page 3: they assume that clocks never go backwards.",
    "Which they do, once a year, in half of the world.",
    "The appendix says UTC, so that part is fine.",
    "Then the plot should start at 14:00, and it starts at 15:00.",
    "Table 2 has the same offset. Somebody used local time after all 🙂",
    "I'll write to the authors. They answered quickly last time.",
    "Section 4 is good, by the way: the proof fits on half a page.",
    "Agreed, I would not have thought of the second lemma.",
)


_REPORT: Final = (
    "ممتاز. سأحضر معي التقرير وجدول القياسات (table 2) حتى نراجعهما معاً قبل أن نرسلهما إلى Elena يوم الخميس، "
    "ثم نكمل العمل على https://example.org/report في المساء."
)


def say_more(who: dict[str, Client], later: Later) -> None:
    """What the list of somebody looks like who has been here for some days."""
    for name, shown in SHOWN.items():
        who[name].set_profile(display_name=shown)

    def say(name: str, to: str, text: str, minutes: float, **more: Any) -> Any:
        later(minutes)
        sent = who[name].send(to, text, **more)
        who[name].mark_read(to, sent.seq)
        return sent

    _talk_in_general(who, say)
    say("dmitri", "#lunch", "Soup of the day: lentils", 80)
    say("carol", "#lunch", "I'm in.", 2)
    who["alice"].mute("#lunch")
    say("dmitri", "alice", "Could you look at my draft when you have a moment?", 60 * 21)
    say("farid", "alice", "صباح الخير! هل الاجتماع في الساعة العاشرة؟", 12)
    say("alice", "farid", "Good morning! Yes, at ten, in 204.", 4)
    say("farid", "alice", _REPORT, 0)
    say("farid", "alice", "شكراً، أراك هناك 👍", 1)
    say("elena", "alice", "The caterer needs the number of people by noon.", 30)
    say("alice", "elena", "17, and two of them are vegan.", 2)
    _read_all(who["alice"], LONG)
    _read_all(who["alice"], "@farid")
    _read_together(who, say)
    say("carol", "#lunch", "Tomorrow somewhere else?", 2)
    say("dmitri", "#lunch", "The Thai place!", 1)
    say("bob", "#field-trip", "The bus leaves at 8:30, from the fountain.", 4)
    say("alice", "#field-trip", "Then I pick up whoever lives behind the river.", 2)


def make_groups(who: dict[str, Client]) -> None:
    """Those that are there besides #general and those of furnish.py."""
    who["dmitri"].create_group("#chess", ["elena"], public=True, topic="Lunch break, ten minutes a side")
    who["elena"].create_group("#cycling", ["bob"], public=True, topic="Routes, repairs, rain")
    who["carol"].create_group("#photos", public=True, topic="One a day")
    who["dmitri"].create_group("#lunch", ["alice", "bob", "carol"], topic="12:15 at the door")
    who["dmitri"].create_group(LONG, ["alice", "bob"], topic="One line for each reading")


def _talk_in_general(who: dict[str, Client], say: Callable[..., Any]) -> None:
    say("gustav", "#general", "Buy my course!!! Only today!!!", 25)
    who["alice"].block("gustav")
    wrong = say("elena", "#general", "The key of the server room is under the mat.", 3)
    who["elena"].delete(wrong)
    say("elena", "#general", "That was for somebody else, sorry!", 1)
    say("alice", "#general", "Nobody saw anything 🙈", 1)


def _read_together(who: dict[str, Client], say: Callable[..., Any]) -> None:
    """A conversation of which the end is unread, and somebody is meant in it."""
    for number, page in enumerate(islice(cycle(_PAGES), 24)):
        say(("bob", "elena", "bob")[number % 3], "#reading-room", page, 0.4)
    _read_all(who["alice"], "#reading-room", but=3)
    say("bob", "#reading-room", "@alice you wrote the part about clocks, didn't you?", 3)


def _read_all(who: Client, name: str, but: int = 0) -> None:
    newest = next(iter(who.history(name, limit=1)))
    who.mark_read(name, newest.seq - but)


def long_lines() -> list[str]:
    """Readings of a thermometer."""
    return [f"Reading {n:,}: {18 + (n * 7 % 50) / 10:.1f} °C" for n in range(1, LENGTH + 1)]
