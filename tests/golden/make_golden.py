"""`python -m tests.golden.make_golden` makes the golden presets again: read a difference like code."""

from tests.golden import make_alphabet, make_steps


def main() -> None:
    make_alphabet.main()
    make_steps.main()


if __name__ == "__main__":
    main()
