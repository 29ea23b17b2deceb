"""Entries, one family a module, named after the CI-SIS templates."""
