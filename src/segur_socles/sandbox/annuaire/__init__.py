"""The Annuaire Santé as the sandbox plays it."""
