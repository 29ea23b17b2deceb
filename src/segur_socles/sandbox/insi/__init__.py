"""INSi as the sandbox plays it: strict, and as odd as the recorded answers of the national service."""
