"""What tools post, as plain text: the bodies have the forms that each tool's own documents or code give them."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.broker.mentions import mentioned
from hubbub.client.webhooks import markup
from hubbub.client.webhooks.forms import LEFT_OUT, TEXTS_MAX, BadPayload, messages, read
from hubbub.schemas.limits import TEXT_MAX_BYTES


def said(everyone: bool = False, **payload: Any) -> str:
    return read(json.dumps(payload).encode(), everyone=everyone).text


GRAFANA = {
    "channel": "#alerts",
    "username": "Grafana",
    "icon_emoji": ":grafana:",
    "attachments": [
        {
            "color": "#D63232",
            "title": "[FIRING:1] HighLatency api (prod)",
            "title_link": "http://grafana.example/alerting/list",
            "text": "**Firing**\n\nValue: A=1.4\nLabels:\n - alertname = HighLatency\n",
            "fallback": "[FIRING:1] HighLatency api (prod)",
            "footer": "Grafana v11.2.0",
            "footer_icon": "https://grafana.com/static/assets/img/fav32.png",
            "ts": 1763812345,
        }
    ],
}
ALERTMANAGER = {
    "channel": "#ops",
    "username": "Alertmanager",
    "attachments": [
        {
            "title": "[FIRING:2] DiskFull",
            "title_link": "http://alerts.example/#/alerts?receiver=hubbub",
            "pretext": "",
            "text": "db1: 97% &amp; rising\ndb2: &gt; 99%",
            "fallback": "[FIRING:2] DiskFull | http://alerts.example",
            "callback_id": "",
            "fields": [
                {"title": "Severity", "value": "critical", "short": True},
                {"title": "Hosts", "value": 2, "short": True},
            ],
            "actions": [
                {"type": "button", "text": "Runbook", "url": "https://wiki.example/disk", "name": ""}
            ],
            "footer": "",
            "color": "danger",
            "mrkdwn_in": ["fallback", "pretext", "text"],
        }
    ],
}
UPTIME_KUMA = {
    "text": "Uptime Kuma Alert",
    "channel": None,
    "username": "Uptime Kuma",
    "icon_emoji": ":robot:",
    "attachments": [
        {
            "color": "#e01e5a",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Uptime Kuma Alert"}},
                {
                    "type": "section",
                    "fields": [
                        {"type": "mrkdwn", "text": "*Message*\n[shop] [🔴 Down] connect ECONNREFUSED"},
                        {"type": "mrkdwn", "text": "*Time (UTC)*\n2026-11-22 12:00:00"},
                    ],
                },
                {
                    "type": "actions",
                    "elements": [
                        {
                            "type": "button",
                            "text": {"type": "plain_text", "text": "Visit Uptime Kuma"},
                            "value": "Uptime-Kuma",
                            "url": "https://status.example/dashboard/1",
                        }
                    ],
                },
            ],
        }
    ],
}
BUILD = {
    "text": "Build failed",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Build 81 failed", "emoji": True}},
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "<https://git.example/r/actions/81|run 81> on <https://git.example/r|acme/shop>: *failure*",
            },
        },
        {"type": "divider"},
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://git.example/a.png", "alt_text": "octo"},
                {"type": "mrkdwn", "text": "by <@U024BE7LH>"},
            ],
        },
    ],
}


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (
            GRAFANA,
            (
                "Grafana: [FIRING:1] HighLatency api (prod) (http://grafana.example/alerting/list)\n"
                "**Firing**\n\nValue: A=1.4\nLabels:\n - alertname = HighLatency"
            ),
        ),
        (
            ALERTMANAGER,
            (
                "Alertmanager: [FIRING:2] DiskFull (http://alerts.example/#/alerts?receiver=hubbub)\n"
                "db1: 97% & rising\ndb2: > 99%\nSeverity: critical\nHosts: 2\nRunbook (https://wiki.example/disk)"
            ),
        ),
        (
            UPTIME_KUMA,
            (
                "Uptime Kuma: Uptime Kuma Alert\n*Message*\n[shop] [🔴 Down] connect ECONNREFUSED\n"
                "*Time (UTC)*\n2026-11-22 12:00:00\nVisit Uptime Kuma (https://status.example/dashboard/1)"
            ),
        ),
        (
            BUILD,
            (
                "Build 81 failed\nrun 81 (https://git.example/r/actions/81) on acme/shop (https://git.example/r): "
                "*failure*\nocto  by @U024BE7LH"
            ),
        ),
    ],
    ids=["grafana", "alertmanager", "uptime-kuma", "build"],
)
def test_tools(payload: dict[str, Any], text: str) -> None:
    assert said(**payload) == text


def test_forms_and_json_are_told_apart_by_their_first_byte() -> None:
    assert read(b' {"text": "as JSON"}').text == "as JSON"
    assert read(urlencode({"payload": '{"text": "a & b é"}'}).encode()).text == "a & b é"
    assert read('payload={"text":"raw é"}'.encode()).text == "raw é"


def test_the_channel_is_only_told() -> None:
    assert read(b'{"text": "x", "channel": " #ops "}').channel == "#ops"
    assert read(b'{"text": "x", "channel": null}').channel == ""


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "invalid_payload"),
        (b"[1]", "invalid_payload"),
        (b"{", "invalid_payload"),
        (b'{"text": "\xff"}', "invalid_payload"),
        (b'{"text": "\\ud800"}', "invalid_payload"),
        (b'{"a":' * 100_000, "invalid_payload"),
        (b"text=hello", "invalid_payload"),
        (b"payload=nothing", "invalid_payload"),
        (b"a=1&" * 10_000, "invalid_payload"),
        (b"{}", "no_text"),
        (b'{"text": ""}', "no_text"),
        (b'{"text": " \\u0000\\r\\n "}', "no_text"),
        (b'{"text": null, "attachments": null, "blocks": {}}', "no_text"),
        (b'{"text": ["x"], "attachments": ["x", 1, null, {"fields": [[]]}]}', "no_text"),
        (b'{"username": "somebody"}', "no_text"),
    ],
)
def test_what_says_nothing(body: bytes, word: str) -> None:
    with pytest.raises(BadPayload, match=word):
        read(body)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<https://x.example>", "https://x.example"),
        ("<https://x.example/|x.example>", "https://x.example/"),
        ("<https://x.example|here &amp; there>", "here & there (https://x.example)"),
        ("<mailto:bob@x.example|bob@x.example>", "bob@x.example"),
        ("<#C024BE7LR|ops>", "#ops"),
        ("<@U1|bob> <@U2>", "@bob @U2"),
        ("<!subteam^S1|@oncall>", "@oncall"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ("a < b > c, <b>, <>, <https://", "a < b > c, <b>, <>, <https://"),
        ("[label](https://x.example)", "[label](https://x.example)"),
    ],
)
def test_marks(marked: str, plain: str) -> None:
    assert markup.plain(marked, everyone=False) == plain
    assert said(text=marked) == plain


def test_all_are_called_only_by_what_may() -> None:
    assert said(text="<!channel> down") == "channel down"
    assert said(True, text="<!channel> down") == said(True, text="<!here|here> down") == "@all down"
    assert said(True, text="@all look") == "@all look"


@pytest.mark.parametrize(
    "text",
    [
        "@all",
        "@@all",
        "@ALL!",
        "(@all.)",
        "@ａｌｌ",
        "@al\x00l",
        "@<!x|all>",
        "<@U1|all>",
        "@&amp;@all",
        "@all...-_",
    ],
)
def test_no_other_way_to_call_all(text: str) -> None:
    for payload in ({"text": text}, {"text": "x", "username": text}, {"attachments": [{"title": text}]}):
        assert not mentioned(said(**payload))[1]


@given(st.text("@ａlL.-_ x\u0301\x00\n<!|>&;", max_size=12))
def test_nobody_finds_another_way(text: str) -> None:
    for tried in (text, f"@all{text}", f"{text}@all", f"@{text}all"):
        try:
            found = read(json.dumps({"text": tried, "username": text}).encode())
        except BadPayload:
            continue
        assert not any(mentioned(part)[1] for part in messages(found.text)), tried


def test_others_are_called() -> None:
    assert said(text="@allison @all-hands ops@all.example") == "@allison @all-hands ops@all.example"


def test_what_steers_terminals_is_left_out() -> None:
    coloured = "\x1b[31mred\x1b[0m \x1b]0;title\x07done\r\nnext\x00\x7f\x85\trow"
    assert said(text=coloured) == "red done\nnext\trow"
    assert said(text="x", username="a\r\nb: c\x1b") == "a b: c: x"


def test_a_fallback_stands_in_only_where_there_is_nothing_else() -> None:
    assert said(attachments=[{"fallback": "short"}, {"fallback": "short", "title": "long"}]) == "short\nlong"


def test_two_alerts_may_say_the_same() -> None:
    alerts = [{"title": "db1", "text": "full"}, {"title": "db2", "text": "full"}]
    assert said(text="db1", attachments=alerts) == "db1\nfull\ndb2\nfull"


def test_rich_text() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
    paragraph = {
        "type": "rich_text_section",
        "elements": [
            {"type": "broadcast", "range": "here"},
            {"type": "text", "text": " see "},
            {"type": "link", "url": "https://x.example", "text": "this"},
            {"type": "emoji", "name": "fire"},
        ],
    }
    blocks = [
        {"type": "rich_text", "elements": [paragraph, {"type": "rich_text_list", "elements": [item, item]}]}
    ]
    assert said(blocks=blocks) == "here see this (https://x.example):fire:\n- one\n- one"


def test_long_texts_become_several_messages_and_no_more() -> None:
    lines = "\n".join(f"line {number} é" for number in range(5000))
    parts = messages(lines)
    assert len(parts) > 1
    assert "\n".join(parts) == lines
    many = messages("é" * TEXT_MAX_BYTES * TEXTS_MAX)
    assert len(many) == TEXTS_MAX
    assert many[-1].endswith(LEFT_OUT)
    assert all(len(part.encode()) <= TEXT_MAX_BYTES for part in parts + many)
    assert messages("x" * TEXT_MAX_BYTES) == ["x" * TEXT_MAX_BYTES]


def test_no_cut_makes_an_all() -> None:
    for shift in range(40):
        text = "x" * (TEXT_MAX_BYTES - shift) + " @allison " + "y" * 100
        assert not any(mentioned(part)[1] for part in messages(text))


texts = st.text("ab <>|@&!é\n\x1b", max_size=8)
names = st.sampled_from(["text", "type", "blocks", "attachments", "fields", "elements", "value", "url"])
kinds = st.sampled_from(["header", "context", "actions", "rich_text", "rich_text_list", "link", "image"])
anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | texts | kinds,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["text", "attachments", "blocks", "username", "channel"]), anything))
def test_whatever_comes_is_read_or_refused(payload: dict[str, Any]) -> None:
    try:
        found = read(json.dumps(payload).encode())
    except BadPayload:
        return
    parts = messages(found.text)
    assert parts
    assert all(1 <= len(part.encode()) <= TEXT_MAX_BYTES for part in parts)
