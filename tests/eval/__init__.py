"""`make eval`: what the product and well-kept libraries read in the lines of tests/corpus, side by side."""
