"""What the tests of generated answers are made of."""
