"""Documents as typed contents, and their CDA form."""
