"""What the shell starts as `hubbub`: loads the commands, and ends without noise where Ctrl-C comes meanwhile."""


def main() -> None:
    """The command."""
    try:
        from hubbub.client.cli import main as command
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    command()
