"""Statements: taken in as bytes, checked, completed, kept, found again."""
