"""What is wrong in a document: our own rules, and those of the Agency's kit."""
