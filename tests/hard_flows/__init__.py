"""The hardest shapes a flow can have, as flows of the tests: a 360 survey and an appeal to a panel."""
