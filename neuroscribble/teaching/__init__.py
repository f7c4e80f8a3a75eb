"""Learning from a correction without forgetting the rest."""
