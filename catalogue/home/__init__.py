"""Home: what to do next."""
