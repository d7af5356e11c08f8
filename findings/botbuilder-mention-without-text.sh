#!/usr/bin/env bash
# botbuilder-core 4.17.1: a mention whose entity names the bot but carries no text (Teams leaves it out for some names) is
# kept in what TurnContext.remove_recipient_mention gives back; with a text it is taken out.
# Exits 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check botbuilder-core==4.17.1 aiohttp
said=$("$folder/venv/bin/python" - <<'PYTHON'
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

def read(**entity: str) -> str:
    mention = {"type": "mention", "mentioned": {"id": "28:bot", "name": "Bot"}, **entity}
    sent = {"type": "message", "text": "<at>Bot</at> hello", "recipient": {"id": "28:bot"}, "entities": [mention]}
    try:
        return str(TurnContext.remove_recipient_mention(Activity().deserialize(sent))).strip()
    except Exception as error:
        return type(error).__name__

print(read(text="<at>Bot</at>"), "|", read())
PYTHON
)
echo "with a text, and without: $said"
[ "$said" = "hello | <at>Bot</at> hello" ]
