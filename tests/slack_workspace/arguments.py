"""Arguments of a call, wherever the caller put them: query string, form, or JSON, and often two of these."""

import json
from base64 import b64decode
from typing import Any

from aiohttp import web

NESTED = ("blocks", "view", "metadata", "message", "attachments", "files")


async def arguments_of(request: web.Request) -> tuple[str, dict[str, Any]]:
    """The token and the arguments of a call."""
    merged: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        merged |= body if isinstance(body, dict) else {}
    elif request.method == "POST":
        merged |= {name: str(value) for name, value in (await request.post()).items()}
    for name in NESTED:
        if isinstance(merged.get(name), str):
            try:
                merged[name] = json.loads(merged[name])
            except json.JSONDecodeError:
                merged[name] = None
    for name, value in merged.items():
        if value in ("true", "True", "1") and name not in ("ts", "channel"):
            merged[name] = True
        elif value in ("false", "False", "0"):
            merged[name] = False
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        client, _, secret = b64decode(header.removeprefix("Basic ")).decode().partition(":")
        merged |= {"client_id": client, "client_secret": secret}
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else str(merged.pop("token", ""))
    return token, merged
