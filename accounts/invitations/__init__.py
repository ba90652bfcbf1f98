"""Inviting a person by a link."""
