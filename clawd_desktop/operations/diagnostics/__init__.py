"""Finds what is wrong with the installation, says it plainly, and mends what can be mended."""
