"""What the README says about speed, measured: one module a figure, `make bench` prints them all."""
