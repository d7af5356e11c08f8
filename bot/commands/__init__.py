"""The commands of `evenhand`, one module for each group of them."""
