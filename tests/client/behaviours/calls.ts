import { until } from "../../support/clients/events.ts";
import { behaviour } from "./behaviour.ts";
import { check, equal, rejects } from "./expect.ts";

behaviour(
  "call() resolves with the result, as does the stub",
  async (bench) => {
    const client = bench.client("CallsAgent");
    equal(await client.call("add", [1, 2]), 3);
    equal(await client.stub.add(3, 4), 7);
    equal(await client.call("later", [{ deep: ["ä", null] }]), {
      deep: ["ä", null],
    });
    equal(await client.call("none"), null);
    equal(await client.call("nothing"), undefined);
    const echoes = Array.from({ length: 50 }, (_, at) => client.stub.echo(at));
    equal(await Promise.all(echoes), echoes.map((_, at) => [at]));
  },
);

behaviour("call() rejects with the code that says why", async (bench) => {
  const client = bench.client("CallsAgent");
  const failed = (method: string, args: unknown[], error: object) =>
    rejects(client.call(method, args), {
      name: "AgentClientError",
      mayHaveRun: true,
      ...error,
    });
  await failed("absent", [], {
    code: "NOT_FOUND",
    message: "Method absent does not exist",
  });
  await failed("notListed", [], { code: "NOT_CALLABLE" });
  await failed("fail", ["plain"], { code: "FAILED", message: "it went wrong" });
  await failed("fail", ["reject"], { message: "it went wrong later" });
  await failed("fail", ["code"], { code: "ENOENT" });
  await failed("fail", ["meant"], {
    code: "SOLD_OUT",
    message: "nothing left",
  });
  await failed("valibot", ["x"], {
    code: "INVALID_ARGUMENT",
    issues: [{
      message: "Invalid length: Expected >=3 but received 1",
      path: [0],
    }],
  });
  await rejects(client.call("echo", [1n]), { name: "TypeError" });
  equal(await client.call("ran"), 0);
});

behaviour(
  "A call that takes too long fails, and stops on the server",
  async (bench) => {
    const name = bench.name();
    const client = bench.client("CallsAgent", {
      name,
      defaultCallTimeout: 100,
    });
    const error = { code: "TIMEOUT", mayHaveRun: true };
    await client.ready;
    await rejects(client.call("wait", ["one"], { timeout: 50 }), error);
    await bench.noted("aborted", name, "one");
    await rejects(client.call("wait", ["two"]), error);
    await bench.noted("aborted", name, "two");
    equal(await client.call("add", [1, 1], { timeout: 0 }), 2);
  },
);

behaviour(
  "A signal aborts a call, and stops it on the server",
  async (bench) => {
    const name = bench.name();
    const client = bench.client("CallsAgent", { name });
    const leave = new AbortController();
    const call = client.call("wait", ["gate"], { signal: leave.signal });
    await bench.noted("waiting", name, "gate");
    leave.abort("enough");
    await rejects(call, {
      name: "AbortError",
      code: "ABORTED",
      mayHaveRun: true,
      cause: "enough",
    });
    await bench.noted("aborted", name, "gate");
    const never = client.call("add", [1, 2], { signal: leave.signal });
    await rejects(never, { code: "ABORTED", mayHaveRun: false });
  },
);

const TEXTS = ["one", "two", "three"];

behaviour("A call without a connection waits, and runs once", async (bench) => {
  const name = bench.name();
  const client = bench.client("CallsAgent", { name, host: bench.proxy });
  const observer = bench.client("CallsAgent", { name });
  const ran: string[] = [];
  observer.onmessage = ({ data }) => ran.push(data);
  await Promise.all([client.ready, observer.ready]);
  await bench.ask("refuse", true);
  await bench.ask("cut");
  await until(client, () => client.status === "reconnecting");
  const leave = new AbortController();
  const late = client.call("tell", ["late"], { timeout: 5 });
  const left = client.call("tell", ["left"], { signal: leave.signal });
  const kept = TEXTS.map((text) => client.call("tell", [text]));
  leave.abort();
  await rejects(left, { code: "ABORTED", mayHaveRun: false });
  await rejects(late, { code: "TIMEOUT", mayHaveRun: false });
  await bench.ask("refuse", false);
  equal(await Promise.all(kept), TEXTS);
  // What it was told is told to everybody, in order.
  await observer.call("tell", ["the end"]);
  const told = ran.filter((text) => !text.startsWith("{"));
  equal(told, [...TEXTS, "the end"]);
});

behaviour(
  "A call whose connection is closed settles, and says that it may have run",
  async (bench) => {
    const name = bench.name();
    const client = bench.client("CallsAgent", { name });
    const lost = { code: "CONNECTION_LOST", mayHaveRun: true };
    const sent = rejects(client.call("wait", ["gate"]), lost);
    await bench.noted("waiting", name, "gate");
    client.reconnect();
    await sent;
    // It has been ended there, too: nobody waits for the answer.
    await bench.noted("aborted", name, "gate");
    await client.ready;
    const open = rejects(client.call("wait", ["other"]), lost);
    await bench.noted("waiting", name, "other");
    client.close();
    await open;
    await rejects(client.call("add", [1, 2]), {
      code: "NOT_SENT",
      mayHaveRun: false,
    });
    check(client.status === "closed", "it stays closed");
  },
);

behaviour(
  "A call ends with its connection that the agent closes",
  async (bench) => {
    const client = bench.client("CallsAgent");
    await rejects(client.call("closeMe"), {
      code: "CONNECTION_LOST",
      mayHaveRun: true,
    });
    await until(client, () => client.status === "closed");
    equal(client.connectionError?.code, 4009);
  },
);
