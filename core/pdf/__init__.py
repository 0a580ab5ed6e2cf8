"""Paper: everything the office prints is drawn here, by reportlab, from data and never from markup.

Nothing a person typed may be lost, read as a command or come out as an empty box; that is what this package is for.
Importing the package itself loads nothing slow: take `core.pdf.page`, `core.pdf.blocks` and the rest by name.
"""
