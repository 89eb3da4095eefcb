"""The errors of the protocol: code, meaning, and whether the same request can succeed later. Knows no exception class of either side."""

from typing import Final, NamedTuple


class WireError(NamedTuple):
    """One row of the error table of docs/protocol.md."""

    code: str
    meaning: str
    retryable: bool
    """The very same request may succeed later, without anything else being changed first."""


_TABLE: Final = (
    WireError(
        "bad_request", "The request does not decode, lacks a field, or a field is out of its limits.", False
    ),
    WireError("unknown_mode", "This server has no such mode.", False),
    WireError(
        "session_expired",
        "There is no such session, it ended, or it belongs to another device key. Log in.",
        False,
    ),
    WireError("wrong_credentials", "No account with this name and password.", False),
    WireError(
        "account_disabled", "The password is right, but an administrator has disabled the account.", False
    ),
    WireError("registration_closed", "Accounts on this server are made by its administrator.", False),
    WireError(
        "name_taken",
        "Another account, or another public group, has this name (upper and lower case are the same).",
        False,
    ),
    WireError("not_found", "No such user, conversation or file, or none that you may see.", False),
    WireError("not_allowed", "You may not do this.", False),
    WireError("too_many", "There are as many of these as there can be; take one away first.", False),
    WireError("too_large", "The file is larger than this server takes.", False),
    WireError(
        "quota_exceeded",
        "Your files would take more room than you have on this server; delete messages with files first.",
        False,
    ),
    WireError(
        "wrong_content",
        "The bytes that came have another SHA-256 than was said at the beginning; begin again.",
        False,
    ),
    WireError(
        "key_conflict", "This message key was used before, in another conversation or for another act.", False
    ),
    WireError("rate_limited", "Too many requests; wait retry_after seconds.", True),
    WireError("busy", "The server has too much to do, or 32 requests of this session are unanswered.", True),
    WireError("timed_out", "The query took too long and was stopped; ask for less.", False),
    WireError("storage_full", "The server's disk is full; nothing was stored.", True),
    WireError("shutting_down", "The server is stopping; try again when it is back.", True),
    WireError("internal", "The server made a mistake; its log has the details. Nothing was stored.", False),
)

ERRORS: Final = {row.code: row for row in _TABLE}
"""Every code that a reply can bear."""
