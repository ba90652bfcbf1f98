"""Counting attempts in the database, so that a limit holds across processes."""
