import { agentFetch } from "../../../client.ts";
import { behaviour } from "./behaviour.ts";
import { equal, rejects } from "./expect.ts";

behaviour(
  "agentFetch() reaches onRequest(), with path, query, method and body",
  async (bench) => {
    const name = `ä ${bench.name()}`;
    const agent = { agent: "AIAssistant", name, host: bench.host };
    const response = await agentFetch(
      { ...agent, path: "deep/er", query: { a: "1 2", none: null } },
      { method: "POST", body: "a body" },
    );
    equal(response.status, 201);
    const { url, method, body } = await response.json();
    equal([method, body], ["POST", "a body"]);
    const { pathname, search } = new URL(url);
    equal(
      decodeURIComponent(pathname),
      `/agents/a-i-assistant/${name}/deep/er`,
    );
    equal(search, "?a=1+2");
  },
);

behaviour("agentFetch() rejects where nobody answers", async (bench) => {
  await bench.ask("refuse", true);
  // Some runtimes would ask over one that was used before.
  await bench.ask("cut");
  const agent = { agent: "AIAssistant", host: bench.proxy };
  await rejects(agentFetch(agent), { name: "TypeError" });
});

behaviour("What a request writes, clients see", async (bench) => {
  const name = bench.name();
  const client = bench.client("StateAgent", { name });
  await client.ready;
  const response = await agentFetch({
    agent: "StateAgent",
    name,
    host: bench.host,
    query: { set: '{"by":"a request"}' },
  });
  equal(await response.json(), { state: { by: "a request" } });
  const seen = new Promise<void>((resolve) => {
    const look = () => {
      if (JSON.stringify(client.state) === '{"by":"a request"}') resolve();
    };
    client.addEventListener("change", look);
    look();
  });
  await seen;
});
