"""The DMP as the sandbox plays it."""
