"""What happened, line by line: the part that the pages of people and of activities have in common."""
