// Several processes: who may write what, and who finds out when it may not.
const UNITS = ["unit/cluster_membership", "unit/cluster_chaos"];
const FENCE = ["cluster/fence"];

export const cluster = {
  tests: UNITS,
  mutants: [
    {
      what: "a commit does not lock its fence",
      file: "cluster/commit_sql.ts",
      find: "and fence = $2 for share)",
      replace: "and fence = $2)",
      tests: FENCE,
    },
    {
      what: "a commit does not look at its fence",
      file: "cluster/commit_sql.ts",
      find: "and fence = $2 for share)",
      replace: "and (fence = $2 or true) for share)",
      tests: ["cluster/takeover"],
    },
    {
      what: "who is declared dead keeps its fence",
      file: "cluster/postgres_schema.ts",
      find: "set phase = 'dead', fence = gen_random_uuid() from unnest",
      replace: "set phase = 'dead' from unnest",
      tests: ["cluster/takeover"],
    },
    {
      what: "who gains shards keeps its fence",
      file: "cluster/fence.ts",
      find: "const next = this.#uuid();",
      replace: "const next = before[0];",
    },
    {
      what: "statements about a node, and commits, overlap",
      file: "cluster/exclusive.ts",
      find: "this.#last.then(job)",
      replace: "Promise.resolve().then(job)",
    },
    {
      what: "a claim does not wait for its turn with commits",
      file: "cluster/shares.ts",
      find:
        "await life.turn.run(async () => { try { await this.#changes.claim(",
      replace:
        "await Promise.resolve().then(async () => { try { await this.#changes.claim(",
    },
    {
      what: "a gift does not wait for its turn with commits",
      file: "cluster/shares.ts",
      find: "return await life.turn.run(async () => { let isGiven = true;",
      replace:
        "return await Promise.resolve().then(async () => { let isGiven = true;",
    },
    {
      what: "after an outage the first one back declares the others dead",
      file: "cluster/observed_beats.ts",
      find:
        "if (sent - this.#lastSent > this.#leaseMs * GAP) this.#beats.clear();",
      replace: "",
    },
    {
      what: "a node is dead before it has fallen silent by itself",
      file: "cluster/observed_beats.ts",
      find: "this.#lastSent - since >= this.#leaseMs) found",
      replace: "this.#lastSent - since >= this.#leaseMs * 0.6) found",
    },
    {
      what: "a node acts on after its lease",
      file: "cluster/lease.ts",
      find: "if (this.#clock.now() < this.#deadline) return true;",
      replace: "if (this.#clock.now() < Infinity) return true;",
    },
    {
      what: "the own lease begins when the answer comes",
      file: "cluster/lease.ts",
      find: "sent + OWN_PART * this.#ms",
      replace: "this.#clock.now() + 1.4 * this.#ms",
    },
    {
      what: "a commit whose end is not known is repeated without a new fence",
      file: "cluster/cluster_storage.ts",
      find: "await changes.settle(life);",
      replace: "await new Pause(clock).take(retryMs);",
    },
    {
      what: "a commit whose end is not known has failed",
      file: "cluster/cluster_storage.ts",
      find:
        'if (error.end === "wrong" || this.#isClosed) throw error; this.#member.failed(error); // It may be done yet',
      replace: "throw error; // It may be done yet",
    },
    {
      what: "a frozen node commits",
      file: "cluster/cluster_storage.ts",
      find: 'while (this.#member.state === "frozen") {',
      replace: "while (false) {",
    },
    {
      what: "a node writes what it has given away",
      file: "cluster/cluster_storage.ts",
      find: "if (life.owned.has(shard)) return shard;",
      replace: "return shard;",
    },
    {
      what: "shards go back and forth",
      file: "cluster/fair_share.ts",
      find: "if (owned <= share * (1 + TOLERANCE)) return undefined;",
      replace: "",
      tests: ["unit/cluster_shares"],
    },
    {
      what: "a new node takes shards at once",
      file: "cluster/shares.ts",
      find: "life.lease.renewals < PATIENCE",
      replace: "life.lease.renewals < 0",
    },
    {
      what: "a node that is alone waits for others",
      file: "cluster/shares.ts",
      find: "&& others.length > 0;",
      replace: ";",
    },
    {
      what: "a predecessor on a loopback address is taken for the same one",
      file: "cluster/membership.ts",
      find: "!isLoopback(address)",
      replace: "true",
    },
    {
      what: "a predecessor at the same address is waited for",
      file: "cluster/membership.ts",
      find: "!isLoopback(address)",
      replace: "false",
    },
  ],
};
