"""A believable city to practise in: people who do not exist, a year of classes, and what was asked at the help desk."""
