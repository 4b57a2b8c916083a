"""Run every benchmark and print its table: ``make bench``."""

from benchmarks import commands

if __name__ == "__main__":
    commands.main()
    # After the commands: a process that has loaded pandas lends its size to those that it starts.
    from benchmarks import real_florist, sources

    sources.main()
    real_florist.main()
