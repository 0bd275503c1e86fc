// What goes between the processes of a cluster: pipes, hand-over, what is held.
export const forwarding = {
  tests: [
    "unit/node_frames",
    "unit/connection_record",
    "cluster/hand_over",
    "cluster/hand_over_faults",
    "cluster/ending",
    "cluster/late_arrivals",
    "cluster/lease",
    "cluster/pipes",
  ],
  mutants: [
    {
      what: "a process ends before the others have heard who has what it had",
      file: "cluster/release.ts",
      find:
        "await Promise.all([...this.#gateways].map((each) => each.hold(shards)));",
      replace: "",
    },
    {
      what: "who comes to the heir late misses what others were sent",
      file: "src/connections/connections.ts",
      find: "if (isRestored) this.#owner.catchUp(link);",
      replace: "",
    },
    {
      what: "instances act while the lease is over",
      file: "src/host/live_gate.ts",
      find: "if (!this.#cluster.isLive) return false;",
      replace: "",
    },
    {
      what: "what a frozen instance sends is dropped",
      file: "src/host/routed_link.ts",
      find: "for (const data of frames.outgoing) this.socket.send(data);",
      replace: "",
    },
    {
      what: "what clients send in the same words is one frame",
      file: "cluster/dialler.ts",
      find: "merges: false,",
      replace: "merges: true,",
    },
    {
      what: "bytes that have changed since are taken for the same",
      file: "src/protocol/node_frame_writer.ts",
      find: "if (body[at] !== sent[at]) return false;",
      replace: "",
    },
    {
      what: "not here is the end of a connection",
      file: "cluster/peer_node.ts",
      find: "this.#host.missed(() => route.end.moves());",
      replace: 'route.end.cut(1013, "not here");',
    },
    {
      what: "a client waits for a process that is gone",
      file: "cluster/peer_node.ts",
      find: "this.#host.missed(() => end.moves());",
      replace: "this.#routes.set(route.id, route);",
    },
    {
      what: "instances leave while something runs",
      file: "src/host/hand_over.ts",
      find: "if (!isSettled && !isLast) continue;",
      replace: "",
    },
    {
      what: "gateways are not asked to hold",
      file: "cluster/release.ts",
      find:
        "await Promise.all([...this.#gateways].map((each) => each.hold(shards)));",
      replace: "",
    },
    {
      what: "what a client sends while its instance moves is lost",
      file: "src/host/route.ts",
      find: "for (const data of waiting.incoming) this.receive(data);",
      replace: "",
    },
    {
      what: "the end of a client that leaves meanwhile is lost",
      file: "src/host/route.ts",
      find: "else this.#end = [code, reason, wasClean];",
      replace: "else this.#over();",
    },
    {
      what: "the end of what an instance closes meanwhile goes to the heir",
      file: "src/host/route.ts",
      find: "    this.closes();\n",
      replace: "",
    },
    {
      what: "clients of a process that is gone wait",
      file: "cluster/peer_node.ts",
      find: 'else route.end.cut(CloseCode.RESTART, "restarting");',
      replace: "else route.end.moves();",
    },
    {
      what: "a refused commit is an error of the agent",
      file: "src/agent/instance.ts",
      find: "const isElsewhere = hasMoved(error);",
      replace: "const isElsewhere = false;",
    },
    {
      what: "any proof opens a pipe",
      file: "cluster/introduction.ts",
      find: "if (!isProof(body, this.#proofOf(other))) {",
      replace: "if (false) {",
    },
    {
      what: "a proof is good for another connection",
      file: "cluster/proof.ts",
      find: "return [wire, JSON.stringify(node), nonce];",
      replace: "return [wire, JSON.stringify(node)];",
    },
    {
      what: "a stranger may send as much as a friend",
      file: "src/protocol/node_frame_reader.ts",
      find: "maxBytes = MAX_STRANGER_FRAME;",
      replace: "maxBytes = 2 ** 32;",
    },
    {
      what: "a pipe listens where everybody reaches it",
      file: "cluster/pipe_server.ts",
      find: "if (tls !== undefined || PRIVATE.test(host)) return;",
      replace: "return;",
    },
  ],
};
