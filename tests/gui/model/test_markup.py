"""What a text means. Whatever it is, nothing of it is lost, and nothing in it can look like something else."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubbub.client.gui.model.markup import Span, harmless, openable, spans

PIECES = st.sampled_from(
    [
        *("`", "``", "```", "**", "*", "_", "@bob", "@all", "@", "http://", "https://a.b/", "www.", "mailto:", "x", " ", "\n", ".", ")"),
        *("(", "]", "\u202e", "\u200f", "\x1b", "🎂", "你", "é", "\t", "\r\n", ">", '"', "1", "a_b"),
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x00")


def kinds(text: str, **options: object) -> list[tuple[str, str]]:
    return [(span.kind, span.shown) for span in spans(text, **options) if span.kind != "plain"]  # type: ignore[arg-type]  # as given


def only_link(text: str) -> Span:
    (found,) = (span for span in spans(text) if span.kind == "link")
    return found


@given(TEXTS)
@example("```\n```")
@example("**a `b** c`")
@example("**http://a**")
def test_nothing_is_lost_and_nothing_turns_round(text: str) -> None:
    found = spans(text, mentions=("bob",), me="bob", everyone=True)
    assert "".join(span.raw for span in found) == text
    assert not TURNS & set("".join(span.shown for span in found))
    for span in found:
        assert span.raw
        if span.kind == "link":
            assert openable(span.target)
            assert span.target in (span.shown, f"https://{span.shown}")


@given(st.text(string.ascii_letters + string.digits + "_*-+/=<>|~^#$%&", max_size=60))
def test_sums_names_and_paths_stay_as_they_are(text: str) -> None:
    assert all(span.kind == "plain" for span in spans(text.replace("**", "*").replace("www", "ww")))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("see http://x.org.", "http://x.org"),
        ("(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"),
        ("<https://x.org/a>", "https://x.org/a"),
        ("www.x.org, they say", "https://www.x.org"),
        ("HTTP://X.ORG/?q=1&r=2#top!", "HTTP://X.ORG/?q=1&r=2#top"),
        ("write mailto:a@b.org;", "mailto:a@b.org"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("看http://x.org/路。好", "http://x.org/路"),
        ("a\u202ehttp://x.org/\u202egpj", "http://x.org/"),
        ("**bold http://x.org**", "http://x.org"),
        ("https://bank.org@evil.org", "https://bank.org@evil.org"),
    ],
)
def test_a_link_ends_where_its_address_does(text: str, target: str) -> None:
    assert only_link(text).target == target


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://",
            "https:// x",
            "www.",
            "mailto:",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "ftp://x.org",
        ),
        *(
            "xhttp://y",
            "awww.x.org",
            "`http://x.org`",
            "```http://x.org```",
            "data:text/html,x",
            "http:x.org",
        ),
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert not [span for span in spans(text) if span.kind == "link"]


@pytest.mark.parametrize(
    "url", ["javascript:x", "file:///x", "http", "https:", "http://a\u202eb", " http://x", "\x00http://x"]
)
def test_what_is_never_opened(url: str) -> None:
    assert not openable(url)


def test_mentions_are_what_the_server_found() -> None:
    text = "@bob, @Carol. @dave a@bob @all"
    assert kinds(text, mentions=("bob", "carol")) == [("mention", "@bob"), ("mention", "@Carol")]
    assert kinds(text, mentions=("bob",), me="BOB", everyone=True) == [("me", "@bob"), ("me", "@all")]
    assert kinds("@a.b. @a.b", mentions=("a.b",)) == [("mention", "@a.b"), ("mention", "@a.b")]
    assert kinds("你好@bob，", mentions=("bob",)) == [("mention", "@bob")]


def test_code_means_nothing_within() -> None:
    assert kinds("`@bob **x**` ``y`` `a\nb` ` `", mentions=("bob",)) == [
        ("code", "@bob **x**"),
        ("code", " "),
    ]


def test_a_block_has_a_language_and_lines() -> None:
    (block,) = (span for span in spans("so:\n```py\na = 1\n\tb\n```\nok") if span.kind == "block")
    assert (block.language, block.shown) == ("py", "a = 1\n\tb")
    assert kinds("```one line```") == [("block", "one line")]
    assert kinds("```\n```") == []
    assert kinds("``` never closed `x`") == [("code", "x")]


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("a **b c** d", ["b c"]),
        ("**a**, **b**.", ["a", "b"]),
        ("2**3**4", []),
        ("f(**a, **b)", []),
        ("** a **", []),
        ("***a***", []),
        ("**a\nb**", []),
        ("*a* _b_ __c__", []),
    ],
)
def test_bold_cannot_surprise(text: str, bold: list[str]) -> None:
    assert [span.shown for span in spans(text) if span.bold] == bold


def test_harmless_is_as_long_as_what_it_stands_for() -> None:
    assert harmless("a\u202eb\x1b[1m\n\té\u200f") == "a\ufffdb\ufffd[1m\n\té\u200f"
