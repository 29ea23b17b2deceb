"""Pro Santé Connect as the sandbox plays it."""
