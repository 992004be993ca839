"""The parts of installers/dev.py; standard library only, because they run before anything is installed."""
