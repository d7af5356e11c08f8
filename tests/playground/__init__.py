"""The whole bot in Microsoft's Agents Playground: a client that nobody here wrote, driven by hand in a browser.

It is npm's `@microsoft/m365agentsplayground`, pre-release software whose licence is for evaluation alone. So it is no
part of this project, is never copied in, and is installed and run only for whoever has accepted that licence:

    ACCEPT_AGENTS_PLAYGROUND_LICENCE=yes python -m pytest tests/playground

It listens on all interfaces and cannot be told otherwise, so all of it (the bot, two playgrounds and the browser) runs
in a network of its own, which has nothing but loopback (`network.py`).
"""
