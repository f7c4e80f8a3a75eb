"""What a network does with an image, in numbers that add up."""
