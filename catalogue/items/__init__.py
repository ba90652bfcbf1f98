"""Items: the entries of the catalogue, of whatever kind."""
