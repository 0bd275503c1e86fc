import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "../support/runners/skippable.ts";
import { TestClient } from "../support/clients/client.ts";
import { runtime } from "../support/suite.ts";
import { ServerProcess } from "../targets/target.ts";
import { bin } from "../targets/targets.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Counts in its state, and says which version of the code it is. */
const source = (version: string) => `
import { Agent } from "${root}mod.ts";
import { serveAgents } from "${root}adapters/bun.ts";
class Counter extends Agent {
  initialState = { count: 0 };
  onMessage(connection) {
    this.setState({ count: this.state.count + 1 });
    connection.send("${version} " + this.state.count);
  }
}
export default serveAgents({ Counter });
`;

test(
  "bun --hot goes on with the new code and the store, and closes the old connections with 1012",
  {
    skip: runtime !== "bun" && "only Bun loads modules anew in a process",
  },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "roam-hot-"));
    const entry = join(folder, "main.ts");
    await writeFile(entry, source("one"));
    const args = ["--hot", "--no-clear-screen", "run", entry];
    const env = { PORT: "0", BUN_PORT: "0" };
    const server = new ServerProcess(join(bin, "bun"), args, {
      cwd: folder,
      env,
    });
    try {
      const port = await server.until(
        (line) => /server: http:\/\/[^:]+:(\d+)/.exec(line)?.[1],
        "on which port Bun listens",
      );
      const connect = () =>
        new TestClient(`ws://127.0.0.1:${port}/agents/counter/x`);
      const old = connect();
      await old.opened;
      old.send("");
      assert.equal(await old.user(), "one 1");
      await writeFile(entry, source("two"));
      assert.equal((await old.closed).code, 1012);
      const client = connect();
      await client.opened;
      client.send("");
      assert.equal(await client.user(), "two 2");
      await client.close();
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  },
);
