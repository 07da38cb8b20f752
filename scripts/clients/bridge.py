"""An agent's way in, the tools that fastmcp makes of the contract; run in the environment of the tools."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any


async def walk(document: dict[str, Any]) -> str:
    """Lists, creates and releases through the bridge."""
    fastmcp: Any = importlib.import_module("fastmcp")
    httpx: Any = importlib.import_module("httpx")
    headers = {"Authorization": f"Bearer {os.environ['HB_TOKEN']}"}
    place = {"orgId": os.environ["HB_ORG"], "entityId": os.environ["HB_ENT"]}
    async with httpx.AsyncClient(base_url=os.environ["HB_URL"], headers=headers) as http:
        server = fastmcp.FastMCP.from_openapi(openapi_spec=document, client=http, name="HelloBooks")
        async with fastmcp.Client(server) as client:
            tools = {tool.name for tool in await client.list_tools()}

            async def call(name: str, **arguments: Any) -> dict[str, Any]:
                answer = await client.call_tool(name, {**place, **arguments})
                content: dict[str, Any] = answer.structured_content
                return content

            boms = (await call("listBoms", status="Active", limit=200))["boms"]
            bom = next(each for each in boms if each["Type"] == "Manufacture")
            order = await call(
                "createWorkOrder", BomRefId=bom["id"], ItemRefId=bom["ItemRefId"], PlannedQuantity=1
            )
            released = await call("releaseWorkOrder", id=order["id"])
            assert released["Status"] == "InProgress", released
            return f"{len(tools)} tools, released {released['WorkOrderNumber']}"


def main(arguments: list[str]) -> int:
    """The contract's file is the only argument."""
    print(asyncio.run(walk(json.loads(Path(arguments[0]).read_text()))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
