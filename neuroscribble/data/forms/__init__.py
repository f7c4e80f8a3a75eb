"""Forms in which people keep MNIST and sets like it."""
