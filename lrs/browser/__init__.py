"""The browser of statements: pages on which people find, read and void what is in the log."""
