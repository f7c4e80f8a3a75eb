"""Many trainings beside each other: which, on which machines, and what they say."""
