"""The web surface: the playground, where one is any person of a company and talks to the bot as in a chat."""
