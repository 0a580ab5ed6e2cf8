"""The pages of classes, by subject."""
