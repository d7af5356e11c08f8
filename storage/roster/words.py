"""The vocabulary of people files, read once from `words.toml`."""

import tomllib
from importlib.resources import files
from typing import Any, Final

WORDS: Final[dict[str, Any]] = tomllib.loads(files("storage.roster").joinpath("words.toml").read_text("utf-8"))
