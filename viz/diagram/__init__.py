"""What a picture of a network is of, before anything draws it."""
