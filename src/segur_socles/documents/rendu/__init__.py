"""Documents as people read them: an accessible page, and a PDF/A copy."""
