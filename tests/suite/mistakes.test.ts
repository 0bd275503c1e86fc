import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AgentClient } from "../../client.ts";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, runtime, suite } from "../support/suite.ts";
import { ServerProcess } from "../targets/target.ts";
import { bin, start } from "../targets/targets.ts";

// What people get wrong in their first hour; each is to be told with its cure.
const entry = "tests/fixtures/mistakes_server.ts";
const objects = ["ChatAgent", "SlipAgent"];
const server = await suite("", entry, objects);
const { process } = server.server;

function printed(text: string, where = process): Promise<string> {
  return where.until(
    (line) => line.includes(text) ? line : undefined,
    text,
  ) as Promise<string>;
}

/** What a server prints that does not start. */
async function failure(profile: string): Promise<string> {
  const bindings = Object.fromEntries(objects.map((name) => [name, name]));
  let started;
  try {
    started = await start(runtime, { entry, profile, objects: bindings });
  } catch (error) {
    return (error as Error).message;
  }
  await started.stop();
  throw new Error("the server has started");
}

/** What the console of this process is warned of meanwhile. */
async function warned(
  text: string,
  meanwhile: (seen: Promise<string>) => Promise<void>,
): Promise<void> {
  const { warn } = console;
  try {
    await meanwhile(
      new Promise((resolve) => {
        console.warn = (...parts) => {
          const line = parts.join(" ");
          if (line.includes(text)) resolve(line);
        };
      }),
    );
  } finally {
    console.warn = warn;
  }
}

behaviour("a wrong agent name: which one was meant", async () => {
  const { host } = server.server;
  const client = new AgentClient({ agent: "ChatAgnet", host });
  await assert.rejects(client.ready, /no such agent is served/);
  await printed(
    'No agent "chat-agnet" is served; there are: chat-agent, slip-agent; did you mean "chat-agent"?',
  );
});

behaviour("a wrong port: the address, without its query", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const host = `127.0.0.1:${port}`;
  await warned(host, async (seen) => {
    const query = { token: "secret" };
    const client = new AgentClient({ agent: "ChatAgent", host, query });
    assert.equal(
      await seen,
      `Connection failed: is host right? ws://${host}/agents/chat-agent/default`,
    );
    client.close();
  });
});

behaviour("a class that does not extend Agent", async () => {
  assert.match(
    await failure("class"),
    /Cannot serve agent "\w*": its class must extend Agent: received NoAgent, which does not/,
  );
});

const onConsole: [mistake: string, method: string, cure: string][] = [
  ["this.state.x = 1", "assign", "use this.setState()"],
  [
    "a forgotten await of a handle's method, and the promise sent",
    "sendPromise",
    "received a promise; await it first",
  ],
  [
    "a forgotten await of a handle's method, and the promise kept with a connection",
    "attachPromise",
    "Cannot set a connection's state: it is a Promise (await it before it is stored or sent)",
  ],
  [
    "connections in place of their ids, to leave them out of a broadcast",
    "leaveOut",
    "Cannot broadcast: without must list ids",
  ],
  [
    "SQL in parentheses, and not as a template",
    "callSql",
    "Cannot run SQL: it must be a template, as in this.sql`SELECT 1`",
  ],
  [
    "an object in place of a tag",
    "listByObject",
    "Cannot list connections: a tag is a string",
  ],
  [
    "a time in milliseconds in place of a delay",
    "scheduleTime",
    "seconds from now: give a Date",
  ],
  [
    "a forgotten await of a handle's method, and the promise kept",
    "keepPromise",
    'the part ".count" of it is a Promise (await it before it is stored or sent)',
  ],
  [
    "a forgotten await of a handle's method, and the promise returned",
    "returnPromise",
    'the part ".name" of it is a Promise (await it before it is stored or sent)',
  ],
];
for (const [mistake, method, cure] of onConsole) {
  behaviour(mistake, async () => {
    const path = `/agents/chat-agent/${server.name()}`;
    const caller = await Caller.open(server, path);
    const { success, error } = await caller.call(method);
    assert.equal(success, false);
    assert.ok(error!.includes(cure), error);
    await printed(cure);
    await caller.close();
  });
}

behaviour(
  "no permission to read, or to write, on Deno",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "roam-mistakes-"));
    const mod = (path: string) => new URL(`../../${path}`, import.meta.url);
    await writeFile(
      join(folder, "main.ts"),
      `import { Agent } from "${mod("mod.ts")}";
      import { serveAgents } from "${mod("adapters/deno.ts")}";
      class Chat extends Agent { onStart() { this.setState({}); } }
      export default serveAgents({ Chat });`,
    );
    const config = fileURLToPath(mod("deno.json"));
    const serve = (...permissions: string[]) =>
      new ServerProcess(join(bin, "deno"), [
        "serve",
        "--no-lock",
        `--config=${config}`,
        "--host=127.0.0.1",
        "--port=0",
        ...permissions,
        "main.ts",
      ], { cwd: folder });
    const cure = "(on Deno -A, or --allow-read and --allow-write)";
    const blind = serve();
    assert.match(await printed(cure, blind), /Cannot open the store/);
    await blind.stop();
    const mute = serve("--allow-read");
    try {
      await printed('Deno may not write to ".agents"', mute);
      const port = await mute.until(
        (line) => /Listening on .*:(\d+)/.exec(line)?.[1],
        "its port",
      );
      const answer = await fetch(`http://127.0.0.1:${port}/agents/chat/x`);
      await answer.body?.cancel();
      assert.match(await printed(cure, mute), /Cannot open the store/);
    } finally {
      await mute.stop();
      await rm(folder, { recursive: true });
    }
  },
  {
    bun: "permissions are Deno's",
    node: "permissions are Deno's",
    workerd: "permissions are Deno's",
  },
);

behaviour(
  "no binding on Workers: what wrangler.jsonc lacks",
  async () => {
    const bare = await start("workerd", {
      entry,
      objects: { SlipAgent: "SlipAgent" },
    });
    const answer = await fetch(`http://${bare.host}/agents/chat-agent/x`);
    assert.equal(answer.status, 500);
    await answer.body?.cancel();
    assert.match(
      await printed('Cannot reach agent "ChatAgent"', bare.process),
      /durable_objects\.bindings, \{ "name": "ChatAgent", "class_name": "ChatAgent" \}, and "ChatAgent" to new_sqlite_classes/,
    );
    await bare.stop();
  },
  {
    deno: "bindings are of Workers",
    bun: "bindings are of Workers",
    node: "bindings are of Workers",
  },
);

behaviour("a foreign origin: the option that allows it", async () => {
  const origin = "https://shop.example";
  const answer = await server.fetch("/agents/chat-agent/x", {
    method: "POST",
    headers: { origin },
  });
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /allowedOrigins/);
  await printed(
    `Refused a request from the origin "${origin}". If that page is yours, add it to allowedOrigins.`,
  );
});

behaviour("a slip in static callable: which method was meant", async () => {
  assert.match(
    await failure("callable"),
    /callable "renmae" is no method of the class; did you mean "rename"\?/,
  );
});

for (
  const [mistake, line] of [
    [
      "a slip in the name of a hook",
      'Agent Chat has a method "onMesage", which means nothing here: did you mean "onMessage"?',
    ],
    [
      "a slip in onPresence",
      'Agent StaticSlip has a method "onPresense", which means nothing here: did you mean "onPresence"?',
    ],
    [
      "a slip in onResume",
      'Agent StaticSlip has a method "onResum", which means nothing here: did you mean "onResume"?',
    ],
    [
      "a slip in a static property",
      'Agent StaticSlip has a static property "callabel", which means nothing here: did you mean "callable"?',
    ],
    [
      "a hook that is static",
      'Agent StaticSlip has a static property "onMessage", which means nothing here: leave out "static"',
    ],
    [
      "a slip in static options",
      'Agent Chat has an option "serail", which means nothing here: did you mean "serial"?',
    ],
    ...[
      ["schedule", "idempotant", "idempotent"],
      ["schedule with a cron expression", "timezon", "timeZone"],
      ["scheduleEvery", "Id", "id"],
      ["queue", "rety", "retry"],
    ].map(([method, slip, meant]) => [
      `a slip in an option of ${method}`,
      `A job that calls "rename" has an option "${slip}", which means nothing here: did you mean "${meant}"?`,
    ]),
    [
      "a slip in an option of retry",
      'retry has an option "maxAttempt", which means nothing here: did you mean "maxAttempts"?',
    ],
    [
      "a slip in what static callable says of a method",
      'Agent StaticSlip: callable "list" has an option "streming", which means nothing here: did you mean "streaming"?',
    ],
    [
      "a slip in an option of serveAgents",
      'serveAgents has an option "alowedOrigins", which means nothing here: did you mean "allowedOrigins"?',
    ],
  ]
) {
  behaviour(`${mistake} is told once`, async () => {
    const answer = await server.fetch("/agents/chat-agent/told");
    await answer.body?.cancel();
    await printed(line);
    // Of each isolate on Workers: the Worker and its objects share one here.
    const lines = process.lines.filter((printed) => printed.includes(line));
    assert.equal(lines.length, 1);
    const right = /onClosed|option "_?(idempotent|retry|id)"/;
    assert.ok(!process.lines.some((line) => right.test(line)));
  }, { hop: "each process tells it once" });
}
