"""Choosing a new password when the old one is forgotten."""
