"""The version, where every room can ask for it without importing the door to all of them."""

__version__ = "0.1.0"
