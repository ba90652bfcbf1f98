"""The catalogue page: filters with counts, sorts, search, cards."""
