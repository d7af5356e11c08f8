"""Every word the programs around the bot say, by language; `flows.catalog` reads and checks them."""
