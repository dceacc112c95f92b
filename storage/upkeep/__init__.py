"""What an operator does to a store as a whole: migrate it, check it, copy it."""
