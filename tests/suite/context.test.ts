import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

for (const profile of ["default", "context"]) {
  const server = await suite(profile);
  const lasts = profile === "context";

  behaviour(
    `getCurrentAgent() knows agent and connection before an await${
      lasts ? ", and with a context after it" : ", and nothing after it"
    }`,
    async () => {
      const name = server.name("current");
      const client = await server.open(`/agents/command-agent/${name}?_pk=me`);
      const known = { agent: name, connection: "me", request: null };
      const nothing = { agent: null, connection: null, request: null };
      const { before, after } = await client.ask("current");
      assert.deepEqual(before, known);
      assert.deepEqual(after, lasts ? known : nothing);
    },
  );

  behaviour(
    `getCurrentAgent() of many handlers at once is each one's own (${profile})`,
    async () => {
      await Promise.all(Array.from({ length: 20 }, async (_, at) => {
        const name = server.name("current");
        const client = await server.open(
          `/agents/command-agent/${name}?_pk=c${at}`,
        );
        const { before, after } = await client.ask("current");
        assert.deepEqual(before.connection, `c${at}`);
        assert.deepEqual(after.connection, lasts ? `c${at}` : null);
      }));
    },
  );

  behaviour(
    `getCurrentAgent() in onRequest knows the agent (${profile})`,
    async () => {
      const name = server.name("current");
      const response = await server.fetch(`/agents/command-agent/${name}`, {
        method: "POST",
      });
      assert.deepEqual(await response.json(), {
        name,
        connection: null,
        method: "POST",
      });
    },
  );
}
