"""What can be done from more than one place of the main screen: sheets that open, menus, questions before what can't be undone."""

import tkinter as tk
from datetime import timedelta

from hubbub.client.gui.kit.bidi import isolated
from hubbub.client.gui.kit.menus import MenuItem
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.conversations import muted

Items = list[MenuItem | None]


class Acts:
    """Opens sheets in this window, and calls the model."""

    def __init__(self, window: tk.Misc, chat: Chat) -> None:
        self._window, self._chat = window, chat

    def new_conversation(self) -> None:
        """Choose people."""
        from hubbub.client.gui.views.new_conversation import NewConversation

        NewConversation(self._window, self._chat, self.public_groups)

    def public_groups(self) -> None:
        """See which there are."""
        from hubbub.client.gui.views.public_groups import PublicGroups

        PublicGroups(self._window, self._chat)

    def join(self, group: str) -> None:
        """Join a public group, and open it."""
        self._chat.groups.join(group)

    def show(self, name: str) -> None:
        """Who it is, or what the group is."""
        if name.startswith("#"):
            self.group_settings()
        else:
            self.person(name[1:])

    def person(self, name: str) -> None:
        """Somebody's card."""
        from hubbub.client.gui.views.person_card import PersonCard

        PersonCard(self._window, self._chat, name, self)

    def group_settings(self) -> None:
        """Of the group that is open."""
        if self._chat.room is not None:
            from hubbub.client.gui.views.group_sheet import GroupSheet

            GroupSheet(self._window, self._chat, self._chat.room, self)

    def invite(self) -> None:
        """Choose people for the group that is open."""
        if self._chat.room is not None:
            from hubbub.client.gui.views.group_sheet import Invite

            Invite(self._window, self._chat, self._chat.room)

    def pinned(self, name: str) -> None:
        """The pinned messages of the conversation that is open."""
        from hubbub.client.gui.views.pinned import Pinned

        Pinned(self._window, self._chat, name)

    def conversation_items(self, name: str, *, whole: bool = False) -> Items:
        """The menu of a conversation. whole: it is open, so that more can be done."""
        items: Items = []
        if whole:
            items += self._open_items(name)
        items += self._mute_items(name)
        items.append(None)
        if name.startswith("#"):
            items.append(MenuItem("Leave", "box-arrow-left", lambda: self.leave(name), danger=True))
        else:
            items.append(self._block_item(name[1:]))
        return items

    def leave(self, group: str) -> None:
        """Ask, then leave."""
        chat = self._chat
        if (room := chat.room) is not None and room.name == group and room.is_last_owner:
            self._ask_for_an_owner(group)
            return
        row = chat.conversations.get(group)
        back = (
            "You can join again whenever you like."
            if row is not None and row.public
            else "Somebody has to invite you before you can come back."
        )
        question = confirm(
            self._window,
            f"Leave {isolated(group)}?",
            back,
            "Leave",
            danger=True,
            done=lambda: chat.groups.leave(group),
        )
        gone = chat.conversations.removed
        question.listens(gone.connect(lambda name: question.close() if name == group else None))

    def _ask_for_an_owner(self, group: str) -> None:
        confirm(
            self._window,
            f"You are the only owner of {group}",
            "Make somebody else an owner first: open the group's settings and choose a member.",
            "Group settings",
            done=self.group_settings,
        )

    def block(self, user: str) -> None:
        """Ask, then block; or unblock at once."""
        chat = self._chat
        shown = chat.people.shown(user)
        if user in chat.people.blocked:
            chat.block(user, on=False)
            return
        confirm(
            self._window,
            f"Block {isolated(shown)}?",
            "You get no more direct messages of this account, and what it says in groups is folded. Nobody is told.",
            "Block",
            danger=True,
            done=lambda: chat.block(user, on=True),
        )

    def _open_items(self, name: str) -> Items:
        items: Items = []
        if name.startswith("#"):
            items.append(MenuItem("Group settings", "people", self.group_settings))
        else:
            items.append(MenuItem("Profile", "person", lambda: self.person(name[1:])))
        items.append(MenuItem("Pinned messages", "pin-angle", lambda: self.pinned(name)))
        items.append(None)
        return items

    def _mute_items(self, name: str) -> Items:
        chat = self._chat
        row = chat.conversations.get(name)
        if row is None:
            return []
        if muted(row, chat.now()):
            return [MenuItem("Unmute", "bell", lambda: chat.unmute(name))]
        return [
            MenuItem("Mute for 1 hour", "bell-slash", lambda: chat.mute(name, timedelta(hours=1))),
            MenuItem("Mute for 8 hours", "bell-slash", lambda: chat.mute(name, timedelta(hours=8))),
            MenuItem("Mute for ever", "bell-slash", lambda: chat.mute(name, None)),
        ]

    def _block_item(self, user: str) -> MenuItem:
        if user in self._chat.people.blocked:
            return MenuItem("Unblock", "slash-circle", lambda: self.block(user))
        return MenuItem("Block", "slash-circle", lambda: self.block(user), danger=True)
