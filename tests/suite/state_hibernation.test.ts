import assert from "node:assert/strict";
import {
  frame,
  greeting,
  nextState,
  silent,
  write,
} from "../support/clients/state_client.ts";
import { behaviour, hibernated, suite } from "../support/suite.ts";

const agents = await suite("state");

async function join(name: string, query = "") {
  const client = await agents.open(`/agents/state-agent/${name}${query}`);
  const hello = query.includes("no_protocol")
    ? undefined
    : (await greeting(client))[0];
  return { client, hello };
}

behaviour(
  "a state, its version and who may write it outlive the object's time in memory",
  async () => {
    const [written, fresh] = [agents.name("written"), agents.name("fresh")];
    const { client: early, hello } = await join(fresh, "?_roam=1");
    const { client: writer } = await join(written, "?_roam=1");
    const { client: reader } = await join(written, "?_roam=1&_pk=reader");
    const { client: plain } = await join(written, "?no_protocol&_pk=plain");
    write(writer, { count: 1 }, { id: "a" });
    await frame(writer, "roam_state_ack");
    await nextState(reader);
    await writer.ask("readonly", "reader", true);
    assert.equal(await writer.ask("asked"), 1);
    assert.equal(await early.ask("asked"), 1);
    await hibernated();

    assert.equal(await writer.ask("asked"), 1, "the object has not slept");
    assert.deepEqual(await writer.ask("get"), { count: 1 });
    assert.deepEqual(await writer.ask("flags", "reader"), [true, true]);
    assert.deepEqual(await writer.ask("flags", "plain"), [false, false]);
    write(reader, { count: 9 }, { id: "b" });
    const { code } = await frame(reader, "cf_agent_state_error");
    assert.equal(code, "READONLY");
    write(writer, { count: 2 }, { id: "c" });
    assert.equal((await frame(writer, "roam_state_ack")).rev, 2);
    assert.deepEqual(await nextState(reader), { count: 2 });
    await silent(plain);

    // Nothing had been stored, and yet it is the same state.
    const late = await join(fresh, "?_roam=1");
    assert.deepEqual({ ...late.hello, id: hello.id }, hello);
    write(late.client, { count: 3 }, { id: "d" });
    const { epoch, rev } = await frame(early, "cf_agent_state");
    assert.deepEqual([epoch, rev], [hello.epoch, 1]);
  },
  {
    deno: "instances with connections stay in memory",
    bun: "instances with connections stay in memory",
    node: "instances with connections stay in memory",
  },
);
