"""What an adopter's tests get: see :mod:`segur_socles.testing.plugin`."""
