import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("default", "tests/fixtures/links_server.ts", [
  "LinksAgent",
]);

/** Longer than any runtime lets a client be silent. */
const SECONDS = 40;

behaviour(
  "a message that takes longer to come than a client may be silent arrives",
  async () => {
    const name = server.name("upload");
    const path = `/agents/links-agent/${name}`;
    const witness = await server.open(path);
    const raw = await RawClient.open(server.server.host, path);
    const text = "broadcast 1 5 ".padEnd(SECONDS * 1000, "x");
    const bytes = [...new TextEncoder().encode(text)];
    const { length } = bytes;
    raw.write(
      new Uint8Array([0x81, 0xfe, length >> 8, length & 255, 0, 0, 0, 0]),
    );
    while (bytes.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      raw.write(new Uint8Array(bytes.splice(0, 1000)));
    }
    assert.equal(await witness.user(), "xxxxx");
    raw.destroy();
    await witness.close();
  },
  {
    memory: "in memory nothing is on a wire",
    deno: "the runtime ends a connection whose message takes half a minute",
  },
);
