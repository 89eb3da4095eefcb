"""Asks a server for its hello before a password is typed: whoever types it should see first whose key it goes to. Knows no
ZeroMQ and no client."""

import select
import time

from hubbub.client.greeting import Greeting
from hubbub.schemas.hello import Address, Hello


def hello_of(address: Address) -> Hello:
    """What the server says of itself; waits for it, 3 seconds at most. Raises NoServer."""
    greeting = Greeting(address, time.monotonic())
    try:
        while True:
            now = time.monotonic()
            place, left = greeting.socket, max(0.0, greeting.deadline - now)
            if place is not None:
                wanted = [place]
                select.select(
                    [] if greeting.writing else wanted, wanted if greeting.writing else [], wanted, left
                )
            if (hello := greeting.advance(time.monotonic())) is not None:
                return hello
    finally:
        greeting.close()
