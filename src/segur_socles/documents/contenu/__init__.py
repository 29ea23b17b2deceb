"""French content types that documents are made of."""
