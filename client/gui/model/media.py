"""Pictures and files of messages, as far as they are here. Pure."""

from hubbub.client.gui.model.signal import Signal


class Media:
    """What came, what is under way, and what could not be had."""

    def __init__(self) -> None:
        self.changed = Signal[bytes]()
        """Of the file with this SHA-256."""
