"""Somebody in front of a conversation with bob, or of a group of his, at a real window."""

from hubbub.client import Message
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.menus import Menu
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.timeline.view import TimelineView
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.person import Person, Spot, within


class Onlooker:
    """New there; `bob` says what is to be seen."""

    def __init__(self, person: Person, bob: Client, name: str, at: str = "@bob") -> None:
        """name: how bob calls the conversation. at: how the onlooker does."""
        self.person, self.bob, self.name, self.at = person, bob, name, at

    @property
    def chat(self) -> Chat:
        assert self.person.window.model.chat is not None
        return self.person.window.model.chat

    @property
    def view(self) -> TimelineView:
        screen = self.person.window.screen
        assert isinstance(screen, MainScreen)
        assert screen.conversation.messages is not None
        return screen.conversation.messages

    def hears(self, *texts: str, reply_to: Message | None = None) -> Message:
        """bob says it; the last one is awaited in the list, not in the timeline."""
        for text in texts:
            said = self.bob.send(self.name, text, reply_to=reply_to)
        self.person.wait(
            lambda: (row := self.chat.conversations.get(self.at)) and row.head >= said.seq, "the message"
        )
        return said

    def opens(self) -> None:
        self.chat.open(self.at)
        self.person.wait(lambda: not self.view.timeline.history.state, "the first page")
        self.settles()

    def settles(self) -> None:
        """Everything that came is drawn, and all lines that are wanted are made."""
        history = self.view.timeline.history
        self.person.wait(
            lambda: not self.view.busy and not history.earlier and not history.later, "quiet in the timeline"
        )

    def bubble(self, text: str) -> BubbleView:
        found = [
            one
            for one in within(self.view)
            if isinstance(one, BubbleView) and one.bubble and text == one.bubble.message.text
        ]
        assert len(found) == 1, text
        return found[0]

    def spot(self, text: str) -> Spot:
        view = self.bubble(text)
        box = view.box
        assert box is not None
        return Spot(view, (box[0] + box[2]) // 2, (box[1] + box[3]) // 2)

    def menu(self, text: str) -> Menu:
        """Of a message, by the right button."""
        self.person.click(self.spot(text), button=3)
        top = self.person.window.theme.part(Layers).top
        assert isinstance(top, Menu)
        return top

    def now(self, message: Message) -> Message:
        return self.bob.message(message)
