"""The sample company: a hundred and twenty people and two years of their work, to try everything on."""
