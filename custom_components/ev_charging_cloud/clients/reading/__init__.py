"""How every vendor's answers are read."""
