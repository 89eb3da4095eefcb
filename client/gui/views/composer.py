"""The lines below the messages: what is written, answered, changed, and sent along. Draws the composer's model."""

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hubbub.client import Message
from hubbub.client.gui.kit import clipboard
from hubbub.client.gui.kit.base import Label, Line, Pane
from hubbub.client.gui.kit.binding import keeping
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.pictures import Photo, Pictures
from hubbub.client.gui.kit.textarea import TextArea
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.completing import Completion
from hubbub.client.gui.model.composer import COUNTED_BYTES, Barred, Composer
from hubbub.client.gui.model.rows import gist
from hubbub.client.gui.views.attached import Attached
from hubbub.client.gui.views.completion import CompletionList
from hubbub.client.gui.views.emoji_typing import EmojiTyping

_GRID: Final = 8


class ComposerView(Pane):
    """A strip above for the answer or the change, the files, then the text with its buttons."""

    def __init__(self, parent: tk.Misc, composer: Composer) -> None:
        super().__init__(parent, "surface")
        self._composer = composer
        px = self.theme.px
        Line(self).pack(fill="x")
        self.strip = Strip(self, composer)
        self.attached = Attached(self, composer.detach)
        self._row = Pane(self)
        self._build_row()
        self.barred = _Bar(self, lambda name: composer.chat.block(name, on=False))
        self.names = CompletionList(self, self._complete, self._face)
        self._typing = EmojiTyping(self.area, composer.chat.settings)
        self._refused: str | None = None
        self._about: Message | None = None
        self._bind_keys()
        self._end = composer.changed.connect(self._draw)
        self.attached.pack(fill="x", padx=(px(16), px(_GRID)))
        self._row.pack(fill="x", padx=px(_GRID), pady=px(_GRID))
        self._draw()

    def focus(self) -> None:
        """Write here."""
        self.area.focus()

    def destroy(self) -> None:
        self._end()
        self.names.close()
        super().destroy()

    # ------------------------------------------------------------------------------------------------------ drawing

    def _build_row(self) -> None:
        row, px = self._row, self.theme.px
        self.attach = IconButton(row, "paperclip", self._choose_files, "Attach files", name="attach")
        self.attach.pack(side="left", anchor="s")
        self.send_button = IconButton(
            row, "send-fill", self._send, "Send (Enter)", colour="accent", name="send"
        )
        self.send_button.pack(side="right", anchor="s")
        self.emoji = IconButton(row, "emoji-smile", self._choose_emoji, "Emoji", name="emoji")
        self.emoji.pack(side="right", anchor="s")
        self.counter = Label(row, "", "small", colour="muted", name="counter")
        self.area = TextArea(row, placeholder="Message", on_change=self._on_text, name="text")
        self.area.pack(side="left", fill="x", expand=True, padx=px(_GRID), pady=px(10))

    def _draw(self) -> None:
        composer = self._composer
        if self.area.value != composer.text:
            self.area.value = composer.text
            self.names.close()
        self._draw_barred(composer.barred)
        about = composer.editing or composer.reply_to
        self.strip.show(about, editing=composer.editing is not None)
        if about is not None and about != self._about:
            self.area.focus()
        self._about = about
        if about is not None:
            self.strip.pack(fill="x", before=self.attached, padx=self.theme.px(16))
        else:
            self.strip.pack_forget()
        self.attached.show(composer.files)
        self._draw_button()

    def _draw_barred(self, barred: Barred | None) -> None:
        if barred is None:
            self.barred.pack_forget()
            self._row.pack(fill="x", padx=self.theme.px(_GRID), pady=self.theme.px(_GRID))
        else:
            self._row.pack_forget()
            self.barred.show(barred)
            self.barred.pack(fill="x")

    def _draw_button(self) -> None:
        composer = self._composer
        editing = composer.editing is not None
        key = keys.shown("send" if self._enter_sends else "send_other")
        self.send_button.set(
            icon="check-lg" if editing else "send-fill",
            tooltip=f"Save the change ({key})" if editing else f"Send ({key})",
            enabled=composer.ready and (not editing or bool(composer.text.strip())),
        )
        room = composer.room
        if room > COUNTED_BYTES:
            self.counter.pack_forget()
            return
        self.counter.set(f"{room:,}".replace("-", "\u2212"), colour="danger" if room < 0 else "muted")
        self.counter.pack(side="right", anchor="s", pady=self.theme.px(13), after=self.emoji)

    # -------------------------------------------------------------------------------------------------------- typing

    def _bind_keys(self) -> None:
        edit = self.area.edit
        acts: dict[str, Callable[[], bool]] = {
            "send": self._on_enter,
            "send_other": self._on_control_enter,
            "line": self._break_line,
            "take": self._take_name,
            "edit_last": lambda: self._step(-1) or self._composer.edit_last(),
            "offer_after": lambda: self._step(1),
            "give_up": self._on_escape,
            "take_back": self._typing.take_back,
        }
        for pattern, act in ((pattern, act) for name, act in acts.items() for pattern in keys.patterns(name)):
            before = edit.bind(pattern)
            edit.bind(pattern, keeping(act))
            if before:
                edit.bind(pattern, f"+{before}")
        paste = edit.bind("<<Paste>>")
        edit.bind("<<Paste>>", keeping(self._paste))
        edit.bind("<<Paste>>", f"+{paste}")
        for event in ("<KeyRelease>", "<ButtonRelease-1>"):
            edit.bind(event, lambda _: self._offer_names(), add="+")
        edit.bind("<FocusOut>", lambda _: self.names.close(), add="+")

    def _on_text(self, text: str) -> None:
        one = len(text) - len(self._composer.text) == 1
        self._composer.write(text)
        if self._typing.on_text(typed=one):
            return
        self._draw_button()
        self._offer_names()

    def _on_enter(self) -> bool:
        if not self._take_name():
            self._send_or_break(sends=self._enter_sends)
        return True

    def _on_control_enter(self) -> bool:
        self._send_or_break(sends=not self._enter_sends)
        return True

    def _send_or_break(self, *, sends: bool) -> None:
        if sends:
            self._send()
        else:
            self.area.insert("\n")

    def _break_line(self) -> bool:
        self.area.insert("\n")
        return True

    @property
    def _enter_sends(self) -> bool:
        settings = self._composer.chat.settings
        return settings is None or settings.enter_sends

    def _on_escape(self) -> bool:
        if self.names.current is not None:
            self._refused = self.area.before_cursor
            self.names.close()
            return True
        return self._composer.cancel()

    def _send(self) -> None:
        self._composer.write(self.area.value)
        self._composer.send()

    # --------------------------------------------------------------------------------------------------------- names

    def _offer_names(self) -> None:
        edit = self.area.edit
        before = self.area.before_cursor
        if self._refused is not None and not before.startswith(self._refused):
            self._refused = None
        wanted = () if self._refused is not None else self._wanted(before)
        box = self.area.caret
        if not wanted or box is None or edit.tag_ranges("sel"):
            self.names.close()
            return
        root = self.winfo_toplevel()
        x = edit.winfo_rootx() - root.winfo_rootx() + box[0]
        y = edit.winfo_rooty() - root.winfo_rooty() + box[1]
        self.names.show(wanted, x - self.theme.measure("body", before[-wanted[0].replaced :]), y)

    def _wanted(self, before: str) -> list[Completion]:
        return self._composer.completions(before) or self._typing.offered(before)

    def _step(self, by: int) -> bool:
        if self.names.current is None:
            return False
        self.names.step(by)
        return True

    def _take_name(self) -> bool:
        if (current := self.names.current) is None:
            return False
        self._complete(current)
        return True

    def _complete(self, chosen: Completion) -> None:
        self.names.close()
        if chosen.emoji:
            self._typing.use(chosen.emoji, chosen.replaced)
            return
        followed = self.area.edit.get("insert") == " "
        self.area.insert(chosen.written.rstrip() if followed else chosen.written, replacing=chosen.replaced)
        if followed:
            self.area.edit.mark_set("insert", "insert + 1 chars")
        self.area.focus()

    def _face(self, name: str) -> bytes | None:
        chat = self._composer.chat
        return chat.media.person(name, chat.people.user(name).picture)

    # ------------------------------------------------------------------------------------------------ files, emoji

    def _choose_files(self) -> None:
        from tkinter import filedialog

        names = filedialog.askopenfilenames(parent=self, title="Attach files")
        self._composer.attach(Path(name) for name in names)
        self.area.focus()

    def _paste(self) -> bool:
        """What is no text goes along as files, once it is sent; whether there was any."""
        composer = self._composer
        offer = clipboard.look(self)
        if offer.files:
            composer.attach(offer.files)
        elif offer.picture:
            composer.chat.pasting.picture(composer, offer.picture)
        elif offer.elsewhere:
            composer.chat.pasting.whatever(composer)
        return offer != clipboard.Offer()

    def _choose_emoji(self) -> None:
        right = self.emoji.winfo_rootx() + self.emoji.winfo_width()
        from hubbub.client.gui.kit.emoji_picker import pick_emoji

        pick_emoji(
            self,
            right,
            self.emoji.winfo_rooty() - self.theme.px(_GRID),
            lambda emoji: self._typing.use(emoji.sequence),
            above=True,
            recent=self._typing.recent,
            tone=self._typing.tone,
        )


class Strip(Pane):
    """Which message is answered or changed; a press leads to it."""

    def __init__(self, parent: tk.Misc, composer: Composer) -> None:
        super().__init__(parent)
        self._composer = composer
        self._message: Message | None = None
        self._icon_name = ""
        px = self.theme.px
        self._icon = tk.Label(self, bd=0)
        self._icon.pack(side="left", padx=(0, px(12)))
        Pane(self, "accent", width=px(2)).pack(side="left", fill="y", pady=(px(_GRID), 0))
        self.close = IconButton(self, "x-lg", composer.cancel, "Close (Esc)", 32, icon_size=14, name="close")
        self.close.pack(side="right", pady=(px(_GRID), 0))
        words = Pane(self, cursor="hand2")
        words.pack(side="left", fill="x", expand=True, padx=px(10), pady=(px(_GRID), 0))
        self.title = LineLabel(words, "", "note", weight="semibold", colour="accent", name="title")
        self.title.pack(fill="x")
        self.line = LineLabel(words, "", "note", colour="muted", name="line")
        self.line.pack(fill="x")
        for part in (words, self.title, self.line):
            part.bind("<ButtonRelease-1>", lambda _: self._jump())
        self.restyle()

    def show(self, message: Message | None, *, editing: bool) -> None:
        """None: nothing."""
        self._message = message
        if message is None:
            return
        chat = self._composer.chat
        whose = "yourself" if message.sender == chat.me else chat.people.shown(message.sender)
        self.title.set("Edit message" if editing else f"Reply to {whose}")
        self.line.set(gist(message))
        self._icon_name = "pencil" if editing else "reply"
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        photo = self.theme.part(Pictures).icon(self._icon_name or "reply", self.theme.px(20), "accent")
        self._photo: Photo = photo
        self._icon.configure(image=photo, bg=self.theme.colour(self.ground))

    def _jump(self) -> None:
        if self._message is not None and self._composer.chat.timeline is not None:
            self._composer.chat.timeline.jump(self._message.seq)


class _Bar(Pane):
    """In place of the text, where nothing can be written."""

    def __init__(self, parent: tk.Misc, unblock: Callable[[str], object]) -> None:
        super().__init__(parent)
        px = self.theme.px
        row = Pane(self)
        row.pack(pady=px(12))
        self._words = Label(row, "", colour="muted")
        self._words.pack(side="left")
        self._blocked = ""
        self.button = Button(
            row, "Unblock", kind="link", height=32, command=lambda: unblock(self._blocked), name="unblock"
        )

    def show(self, barred: Barred) -> None:
        """This is why."""
        self._words.set(barred.why)
        self._blocked = barred.blocked
        if barred.blocked:
            self.button.pack(side="left", padx=(self.theme.px(4), 0))
        else:
            self.button.pack_forget()
