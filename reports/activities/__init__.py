"""One activity of the log: what it is, who did what with it, with what result."""
