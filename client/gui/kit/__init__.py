"""The window's own widgets, colours, type and pictures. Knows nothing of chat."""
