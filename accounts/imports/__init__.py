"""Many people at once, from a CSV file, with a report for each line."""
