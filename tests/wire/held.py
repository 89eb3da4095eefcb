"""What a client holds of messages, by the rules of docs/protocol.md ("A message and what comes to it"). Imports nothing of Hubbub."""

from typing import Any

Entry = dict[str, Any]
_SHOWN = 10


class Held:
    """Messages of one conversation by seq, each with the seq up to which its state holds. Entries come in the order of seqs."""

    def __init__(self, me: int) -> None:
        self._me = me
        self._messages: dict[int, Entry] = {}
        self._until: dict[int, int] = {}

    def hold(self, message: Entry, as_of: int) -> None:
        """A message that was read (`as_of`: of the page), or came live (its own seq)."""
        self._messages[message["seq"]] = {
            **message,
            "reactions": [list(one) for one in message.get("reactions", [])],
        }
        self._until[message["seq"]] = as_of

    def take(self, entry: Entry) -> None:
        """An entry came, live or by SYNC."""
        if entry["event"] == "message":
            self.hold(entry, entry["seq"])
            return
        message = self._messages.get(entry.get("target", 0))
        if message is None or entry["seq"] <= self._until[message["seq"]]:
            return
        getattr(self, f"_{entry['event']}")(message, entry)
        self._until[message["seq"]] = entry["seq"]

    def shown(self) -> list[Entry]:
        """Newest first, with fields at their default left out, as HISTORY has them."""
        newest_first = sorted(self._messages.values(), key=lambda one: -one["seq"])
        return [{key: value for key, value in one.items() if key == "text" or value} for one in newest_first]

    def _edited(self, message: Entry, entry: Entry) -> None:
        if entry["text"]:
            message |= {name: entry[name] for name in ("text", "mentions", "everyone")} | {
                "edited_at": entry["at"]
            }

    def _deleted(self, message: Entry, entry: Entry) -> None:
        message |= {
            "text": "",
            "mentions": [],
            "everyone": False,
            "edited_at": 0,
            "reactions": [],
            "pinned": False,
            "attachments": [],
            "forwarded": None,
        }
        message |= {"deleted_at": entry["at"], "deleted_by": entry["sender_name"]}

    def _pinned(self, message: Entry, entry: Entry) -> None:
        message["pinned"] = entry["on"]

    def _reacted(self, message: Entry, entry: Entry) -> None:
        reactions, who = message["reactions"], [entry["sender"], entry["sender_name"]]
        mine = entry["sender"] == self._me
        found = next((one for one in reactions if one[0] == entry["emoji"]), None)
        if found is None:
            found = [entry["emoji"], 0, [], False]
            reactions.append(found)
        found[1] += 1 if entry["on"] else -1
        found[2] = [one for one in found[2] if one != who] + (
            [who] if entry["on"] and len(found[2]) < _SHOWN else []
        )
        found[3] = entry["on"] if mine else found[3]
        if not found[1]:
            reactions.remove(found)
