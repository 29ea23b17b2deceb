"""The command line: ``segur-socles``, see :mod:`segur_socles.cli.main`."""
