"""Evidence written in a browser: a server on the loopback address alone, and the page that it serves.

The evidence that is being written is its text. Each change makes a new text, which goes to a draft on disk before it is
answered, and what the page shows is read from that text: so nothing is in the page alone, and nothing can be lost.
"""
