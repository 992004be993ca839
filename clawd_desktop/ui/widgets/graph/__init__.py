"""Graphs over time: lines with their band, thresholds, alert periods, a cursor, a table and CSV."""
