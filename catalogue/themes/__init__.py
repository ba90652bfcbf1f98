"""Themes: the tree by which the catalogue is ordered."""
