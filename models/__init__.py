"""What is stored, and what is always true of it."""
