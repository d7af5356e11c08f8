"""A strict Slack of our own: one workspace, over real HTTP and WebSocket, on a clock of its own."""
