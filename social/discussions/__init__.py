"""Discussions: threads beside an item, comments and replies."""
