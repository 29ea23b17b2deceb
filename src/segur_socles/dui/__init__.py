"""The reference record of a person, its rights, and the walk to a liaison document."""
