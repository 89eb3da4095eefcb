"""Programs that measure Hubbub. Run from the repository's root: `python -m benchmarks.NAME --help`."""
