"""Bodies of the document models, one file a model."""
