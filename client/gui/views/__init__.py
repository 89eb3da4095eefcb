"""The screens, but for the messages: sign in, list, header, composer, sheets. Knows no socket, thread or file."""
