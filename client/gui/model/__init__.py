"""What is shown: plain objects that tell of their changes. Knows no tkinter, no thread and no clock of its own."""
