// How instances come into memory and leave it, and what becomes of errors.
export const instances = {
  tests: [
    "unit/activity",
    "unit/activation",
    "unit/deadlines",
    "unit/parts",
    "suite/errors",
    "suite/limits",
    "suite/handshake",
    "suite/crowded",
    "suite/context",
    "suite/worker_app",
  ],
  mutants: [
    {
      what: "onStart is called for each who waits",
      file: "src/agent/starter.ts",
      find: "return this.#starting ?? this.#begin();",
      replace: "return this.#begin();",
    },
    {
      what: "nobody waits for onStart",
      file: "src/agent/starter.ts",
      find: "if (!isThenable(result)) {",
      replace: "if (result !== 0) {",
    },
    {
      what: "onStart has no deadline",
      file: "src/agent/starter.ts",
      find: "deadlines.add(this);",
      replace: "",
    },
    {
      what:
        "after a start that took too long onStart is called again on the same object",
      file: "src/agent/starter.ts",
      find: "if (this.#late !== undefined) return Promise.reject(this.#late);",
      replace: "",
    },
    {
      what: "an instance whose start took too long stays",
      file: "src/agent/instance.ts",
      find: "if (durable === undefined) discard();",
      replace: "if (durable === undefined) return;",
    },
    {
      what: "the last props count",
      file: "src/agent/starter.ts",
      find: "if (this.#isOffered) return;",
      replace: "",
    },
    {
      what: "props of a start that failed are kept",
      file: "src/agent/starter.ts",
      find: "this.#isOffered = false; this.#props = undefined;",
      replace: "",
    },
    {
      what: "an idle instance stays in memory",
      file: "src/host/namespace.ts",
      find:
        "if (instance.activity.isBusy || !this.#instances.has(instance)) return;",
      replace: "return;",
    },
    {
      what: "an instance that was discarded leaves again, with its successor",
      file: "src/host/namespace.ts",
      find: "if (instances.get(instance.name) !== instance) return;",
      replace: "",
    },
    {
      what: "any number of instances is in memory",
      file: "src/host/namespace.ts",
      find:
        "if (this.#instances.size >= this.limits.instances) return undefined;",
      replace: "",
    },
    {
      what: "close() does not end the connections",
      file: "src/host/shutdown.ts",
      find: 'link.close(CloseCode.RESTART, "restarting");',
      replace: "",
      tests: ["suite/shutdown", "suite/closing"],
    },
    {
      what: "close() does not wait for what runs",
      file: "src/host/shutdown.ts",
      find: "if (instance.isWorking && now < this.#end) continue;",
      replace: "",
      tests: ["suite/shutdown", "suite/closing"],
    },
    {
      what: "close() waits for ever for what never ends",
      file: "src/host/shutdown.ts",
      find: "if (instance.isWorking && now < this.#end) continue;",
      replace: "if (instance.isWorking) continue;",
      tests: ["suite/shutdown", "suite/closing"],
    },
    {
      what: "after close() instances are made",
      file: "src/host/local_backend.ts",
      find:
        'if (this.#namespace.isClosing) throw new Refusal(503, "shutting down");',
      replace: "",
      tests: [
        "suite/closing",
        "suite/limits",
        "suite/crowded",
        "suite/refusals",
      ],
    },
    {
      what: "a host has any number of connections",
      file: "src/host/local_backend.ts",
      find: "if (connections >= limits.connections) {",
      replace: "if (false) {",
    },
    {
      what: "connections that have ended go on to count",
      file: "src/connections/connections.ts",
      find: "host.connections--; // Else it has been told.",
      replace: "// Else it has been told.",
    },
    {
      what: "an error of a handler is not reported",
      file: "src/runtime/invoker.ts",
      find:
        'host.emit(() => ({ type: "failed", stage, ...address, connection, error }));',
      replace: "",
    },
    {
      what: "what a handler rejects with is lost",
      file: "src/runtime/invoker.ts",
      find: "(error) => { this.fail(stage, error, scope); activity.end(); },",
      replace: "() => activity.end(),",
    },
    {
      what: "what onError throws goes to onError",
      file: "src/runtime/invoker.ts",
      find: 'if (stage === "onError") {',
      replace: "if (false) {",
    },
    {
      what: "an onError with one parameter gets the connection",
      file: "src/runtime/invoker.ts",
      find: "const args = agent.onError.length === 1 ? [error] :",
      replace: "const args = false ? [error] :",
    },
    {
      what: "an instance whose handler waits leaves memory",
      file: "src/runtime/invoker.ts",
      find:
        "const { activity } = this.#owner; activity.begin(); result.then( () => activity.end(), (error) => { this.fail(stage, error, scope); activity.end(); }, );",
      replace:
        "result.then(undefined, (error) => this.fail(stage, error, scope));",
    },
    {
      what: "getCurrentAgent() is somebody else's after a handler",
      file: "src/runtime/scope.ts",
      find:
        "export function leave(previous: Scope | undefined): void { current = previous; }",
      replace: "export function leave(_: Scope | undefined): void {}",
    },
    {
      what: "a deadline that was met fires",
      file: "src/runtime/deadlines.ts",
      find: "delete(item: T): void { this.#due.delete(item); }",
      replace: "delete(_: T): void {}",
    },
    {
      what: "deadlines come too early",
      file: "src/runtime/deadlines.ts",
      find: "if (due > now) return;",
      replace: "",
    },
    {
      what: "adding again does not start the time anew",
      file: "src/runtime/deadlines.ts",
      find: "add(item: T): void { this.#due.delete(item);",
      replace: "add(item: T): void { if (this.#due.has(item)) return;",
    },
    {
      what: "destroy() leaves the connections open",
      file: "src/agent/instance.ts",
      find: 'this.connections.closeAll(CloseCode.GOING_AWAY, "destroyed");',
      replace: "",
      tests: ["suite/state_sql"],
    },
    {
      what: "after destroy() the old instance goes on",
      file: "src/agent/instance.ts",
      find:
        'this.connections.closeAll(CloseCode.GOING_AWAY, "destroyed"); this.host.discard(this);',
      replace: 'this.connections.closeAll(CloseCode.GOING_AWAY, "destroyed");',
      tests: ["suite/state_sql"],
    },
    {
      what: "destroy() leaves the state",
      file: "src/agent/instance.ts",
      find: "this.writes.save(); await this.writes.durable();",
      replace: "await this.writes.durable();",
      tests: ["suite/state_sql"],
    },
    {
      what: "the identity says that a state follows where there is none",
      file: "src/agent/greeting.ts",
      find: "state.isSentWhole(link)",
      replace: "true",
      tests: ["suite/state", "suite/handshake", "suite/messages"],
    },
    {
      what: "the first frames come in another order",
      file: "src/agent/greeting.ts",
      find: 'parts.greet(link); link.write(MCP_SERVERS_FRAME, "volatile");',
      replace: 'link.write(MCP_SERVERS_FRAME, "volatile"); parts.greet(link);',
      tests: ["suite/state", "suite/handshake"],
    },
    {
      what: "who wants no frames of the protocol gets them",
      file: "src/agent/greeting.ts",
      find: "if (link.protocol) introduce(greeter, link);",
      replace: "introduce(greeter, link);",
      tests: ["suite/state", "suite/handshake"],
    },
    {
      what: "after a restart of a Durable Object its connections are strangers",
      file: "src/connections/connection_record.ts",
      find: "this.#tags = kept.tags;",
      replace: "",
      tests: ["suite/hibernation"],
      runtimes: ["workerd"],
    },
    {
      what: "after a restart of a Durable Object a connection may write again",
      file: "src/connections/connection_record.ts",
      find: "this.readonly = kept.readonly === true;",
      replace: "",
      tests: ["suite/hibernation", "suite/state_hibernation"],
      runtimes: ["workerd"],
    },
  ],
};
