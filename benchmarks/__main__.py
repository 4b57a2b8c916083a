"""Run every benchmark and print its table: ``make bench``."""

from benchmarks import commands, real_florist

if __name__ == "__main__":
    commands.main()
    real_florist.main()
