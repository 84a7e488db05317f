"""`python -m peelrules`."""

from peelrules.cli import main

if __name__ == "__main__":
    main()
