"""IHE XDS metadata: values, ebRIM written and read."""
