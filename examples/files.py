"""A picture that is sent, shown small, fetched and passed on: python examples/files.py SERVER PICTURE (it makes the accounts ann and ben there)"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hubbub.client import Progress
from hubbub.client.sync import Client


def bar(progress: Progress) -> None:
    """How far it is; an exception raised here would end the transfer."""
    print(f"{progress.name}: {progress.done} of {progress.size} bytes")


def main(server: str, picture: str) -> None:
    """Ann sends it without the place where it was taken; ben fetches it and passes it on, of which no byte is moved."""
    with (
        Client(server, user="ann", password="correct horse", register=True) as ann,
        Client(server, user="ben", password="correct horse", register=True) as ben,
        TemporaryDirectory() as folder,
    ):
        ann.send("ben", "from the trip", attachments=[picture], progress=bar)
        message = next(ben.history("ann", limit=1))
        attachment = message.attachments[0]
        small = ben.thumbnail(attachment) or b""
        print(f"{attachment.type}, {attachment.width} x {attachment.height}, thumbnail of {len(small)} bytes")
        target = ben.download(attachment, folder)
        same = target.read_bytes() == Path(picture).read_bytes()
        print(f"{target.name} is the same: {same or 'but for the place where it was taken'}")
        again = ben.forward(message, "#general")
        print(f"{again.sender} in {again.conversation}, forwarded from {again.forwarded}: {again.text}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
