import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite(
  "default",
  "tests/fixtures/moved_app_server.ts",
  ["LedgerAgent"],
  {
    // Deno has the module by the name of the platform's from deno.json.
    preload: ["cloudflare_workers_register.ts"],
    bundle: ["--external:cloudflare:workers"],
  },
);

/** Calls a method by the stub of a binding, which the app found in the env of cloudflare:workers. */
async function call(name: string, method: string, ...args: unknown[]) {
  const query = new URLSearchParams({
    name,
    method,
    args: JSON.stringify(args),
  });
  const response = await server.fetch(`/?${query}`);
  // deno-lint-ignore no-explicit-any -- the test knows what it asked for
  return await response.json() as any;
}

behaviour(
  "durable(Class, { base }): stubs of the platform call methods, when the agent has started",
  async () => {
    const name = server.name();
    assert.deepEqual(await call(name, "setOwner", "Ada"), { result: 1 });
    assert.deepEqual(await call(name, "owner"), { result: "Ada" });
    assert.deepEqual(await call(name, "inherited"), { result: name });
  },
);

behaviour(
  "durable(Class, { base }): clients see what a stub's call has changed",
  async () => {
    const name = server.name();
    const client = await server.open(`/agents/ledger-agent/${name}`);
    await call(name, "setOwner", "Grace");
    for (;;) {
      const frame = JSON.parse(await client.next() as string);
      if (frame.state?.owner === "Grace") break;
    }
    await client.close();
  },
);

behaviour(
  "durable(Class, { base }): what a method throws reaches the caller",
  async () => {
    const { error } = await call(server.name(), "refuse");
    assert.match(`${error.name}: ${error.message}`, /RangeError: no/);
  },
);

behaviour(
  "durable(Class, { base }): stubs call no hook and nothing of Agent",
  async () => {
    for (const method of ["onStart", "setState", "broadcast", "nothing"]) {
      const { error } = await call(server.name(), method);
      assert.equal(typeof error?.message, "string", method);
    }
  },
);
