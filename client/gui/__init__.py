"""The window. Widgets draw the model and call it; only bridge.py knows of threads."""
