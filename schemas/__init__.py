"""What clients, broker and store say to each other: types, limits, errors and their bytes. Knows no socket, clock or SQL."""
