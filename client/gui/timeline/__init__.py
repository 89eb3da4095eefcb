"""The messages of a conversation as bubbles: layout, drawing, scrolling. Knows no socket, thread or file."""
