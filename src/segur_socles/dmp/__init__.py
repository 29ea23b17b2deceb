"""DMP: does a person have one, feed it with signed documents."""
