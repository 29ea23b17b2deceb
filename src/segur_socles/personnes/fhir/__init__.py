"""The FHIR R4 ``Patient`` of FR Core: the editions of its profiles, writing, reading."""
