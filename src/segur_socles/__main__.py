"""``python -m segur_socles``: the command line."""

from segur_socles.cli.main import main

if __name__ == "__main__":
    main()
