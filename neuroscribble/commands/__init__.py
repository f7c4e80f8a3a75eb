"""What a person wants to do: the commands of the command line, and what a notebook shows."""
