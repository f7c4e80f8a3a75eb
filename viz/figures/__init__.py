"""The pictures on paper: Matplotlib figures, saved as PNG."""
