"""The broker: a pure core that answers requests with effects, and around it the sockets, threads and processes."""
