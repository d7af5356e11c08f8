"""The roster: people and reporting lines from an HR system's export, checked whole and written whole or not at all."""
