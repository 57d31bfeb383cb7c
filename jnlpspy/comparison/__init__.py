"""What two sessions have in common: accounts of what was said, and their differences in what it means."""
