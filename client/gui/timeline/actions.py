"""What a person can do to a message where it is drawn. The timeline does it, with the model; bubbles only call it."""

from typing import Protocol

from hubbub.client import Attachment
from hubbub.client.gui.model.media import Media
from hubbub.client.gui.model.rows import Bubble


class Actions(Protocol):
    """Whoever shows bubbles."""

    @property
    def media(self) -> Media:
        """Where bubbles get pictures from, and learn how far files are."""

    @property
    def me(self) -> str:
        """My name: where others mention it, it stands out."""

    def open_menu(self, bubble: Bubble, x_root: int, y_root: int) -> None:
        """What can be done with the message, in a menu near this place of the screen."""

    def open_link(self, url: str) -> None:
        """In the system's browser. The scheme is http, https or mailto, and none else."""

    def open_attachment(self, attachment: Attachment) -> None:
        """A picture: in the viewer."""

    def jump(self, seq: int) -> None:
        """To the message that was answered."""

    def toggle_reaction(self, bubble: Bubble, emoji: str) -> None:
        """Put my emoji there, or take it off."""

    def retry(self, bubble: Bubble) -> None:
        """Send what failed once more."""

    def discard(self, bubble: Bubble) -> None:
        """Give up what failed."""

    def show_person(self, name: str) -> None:
        """Who it is: his card."""

    def shown(self, name: str) -> str:
        """What to call somebody."""

    def face(self, name: str) -> bytes | None:
        """Somebody's picture, as far as it is here; Media.person_changed tells when another one came."""

    def unfold(self, bubble: Bubble) -> None:
        """Show what a user said whom I have blocked."""
