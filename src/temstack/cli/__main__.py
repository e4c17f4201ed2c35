"""``python -m temstack.cli`` is the command ``temstack``."""

from temstack.cli import main

if __name__ == "__main__":
    main()
