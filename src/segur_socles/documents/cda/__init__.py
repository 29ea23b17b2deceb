"""Writing and reading of CDA R2, the French way (CI-SIS)."""
