"""Restograph: cited answers about restoring pictures, and the workflow they recommend, executed."""

__version__ = "0.1.0"
