"""Groups of people, who trains them, and who may see whose results."""
