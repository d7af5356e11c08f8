"""Every word the bot says, by language; `flows.catalog` reads and checks them."""
