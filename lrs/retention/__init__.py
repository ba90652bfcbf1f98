"""Retention: rules that say which statements go after a while, and which stay whatever the others say."""
