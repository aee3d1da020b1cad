"""What the test of the fault matrix is made of."""
