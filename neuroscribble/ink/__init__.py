"""From strokes and pictures to the 28×28 image that a network reads."""
