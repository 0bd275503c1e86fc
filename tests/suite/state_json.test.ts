import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";
import {
  frame,
  greeting,
  nextState,
  silent,
  stored,
  write,
} from "../support/clients/state_client.ts";

const agents = await suite();

function address(): string {
  return `/agents/state-agent/${agents.name("json")}`;
}

/** Numbers that JSON can be read with, and not written; and where they stand. */
const ENDLESS = [
  ["1e999", "it is Infinity"],
  ['{"n":1e999}', 'the part ".n" of it is Infinity'],
  ['{"a":[{"b":0},{"b":-1e999}]}', 'the part ".a[1].b" of it is -Infinity'],
];

for (const [state, problem] of ENDLESS) {
  behaviour(
    `a client's state ${state} is refused: nobody could be sent it`,
    async () => {
      const path = address();
      const extended = await agents.open(`${path}?_roam=1`);
      const base = await agents.open(path);
      await greeting(extended);
      await greeting(base);
      extended.send(`{"state":${state},"type":"cf_agent_state","id":"w"}`);
      const { error, code, id, state: kept } = await frame(
        extended,
        "cf_agent_state_error",
      );
      assert.deepEqual(
        [error, code, id, kept],
        [`Cannot set state: ${problem}`, "INVALID", "w", { count: 0 }],
      );
      base.send(`{"state":${state},"type":"cf_agent_state"}`);
      const refusal = await frame(base, "cf_agent_state_error");
      assert.equal(refusal.error, `Cannot set state: ${problem}`);
      assert.deepEqual(await nextState(base), { count: 0 });
      await silent(extended);
      assert.deepEqual(await stored(agents.url(path)), { count: 0 });
    },
  );
}

behaviour(
  "-0 in a client's state is 0 on the server, as it is for all others",
  async () => {
    const client = await agents.open(`${address()}?_roam=1`);
    await greeting(client);
    client.send('{"state":[-0,{"n":-0}],"type":"cf_agent_state","id":"w"}');
    await frame(client, "roam_state_ack");
    client.send('["signs"]');
    assert.equal(await client.user(), '{"signs":[1,1]}');
  },
);

behaviour(
  "a client may write a state that is as large as limits.stateBytes, and a larger one closes with 1009",
  async () => {
    const path = address();
    const client = await agents.open(`${path}?_roam=1`);
    await greeting(client);
    // With the quotes around it.
    const most = 1024 * 1024 - 2;
    write(client, "x".repeat(most), { id: "i".repeat(128) });
    assert.equal((await frame(client, "roam_state_ack")).rev, 1);
    write(client, "x".repeat(most + 1), { id: "w" });
    assert.equal(
      (await frame(client, "cf_agent_state_error")).code,
      "TOO_LARGE",
    );
    write(client, "x".repeat(most + 2000), { id: "w" });
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [1009, "message too big"]);
  },
);

behaviour(
  "a message that only looks like a state frame is as large as limits.messageBytes lets it be",
  async () => {
    const tight = await suite("tight");
    const path = `/agents/state-agent/${tight.name("large")}`;
    const client = await tight.open(`${path}?_roam=1`);
    await greeting(client);
    write(client, "x".repeat(2000), { id: "w" });
    assert.equal((await frame(client, "roam_state_ack")).rev, 1);
    client.send(`{"state":"${"x".repeat(2000)}","type":"another"}`);
    assert.equal((await client.closed).code, 1009);
  },
);
