"""What the benchmark of the viewer measures: each case a program of its own that prints one line of JSON."""
