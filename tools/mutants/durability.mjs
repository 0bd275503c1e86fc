// When a write is on disk, and what may leave before.
export const durability = {
  tests: [
    "unit/commits",
    "unit/activation",
    "unit/activity",
    "suite/state",
    "suite/storage",
    "faults/failing_disk",
  ],
  mutants: [
    {
      what: "frames leave before the write is on disk",
      file: "src/connections/link.ts",
      find: "if (outbox !== undefined) outbox.add(recipient, data, kind); else",
      replace: "",
    },
    {
      what: "a close overtakes the frames before it",
      file: "src/connections/closable.ts",
      find:
        "if (outbox === undefined || isNow) this.hangUp(code, reason); else outbox.holdClose(this, code, reason);",
      replace: "this.hangUp(code, reason);",
    },
    {
      what: "frames wait for the wrong commit",
      file: "src/durability/outbox.ts",
      find: "entries[count].ticket <= ticket",
      replace: "entries[count].ticket < ticket",
    },
    {
      what: "frames leave with an earlier commit",
      file: "src/durability/outbox.ts",
      find:
        "while (count < entries.length && entries[count].ticket <= ticket) count++;",
      replace: "count = entries.length;",
    },
    {
      what: "bytes that wait for a commit are the caller's own",
      file: "src/durability/outbox.ts",
      find: 'const kept = typeof data === "string" ? data : copyBytes(data);',
      replace: "const kept = data;",
    },
    {
      what: "frames leave of a write that was lost",
      file: "src/durability/outbox.ts",
      find: "} else settle?.(new CommitFailure());",
      replace:
        "} else if (settle) settle(new CommitFailure()); else recipient!.transmit(data!);",
    },
    {
      what: "who waits for a write that was lost is told that it is durable",
      file: "src/durability/outbox.ts",
      find: "error === undefined ? resolve() : reject(error);",
      replace: "resolve();",
    },
    {
      what: "a write during a commit is forgotten",
      file: "src/durability/commits.ts",
      find: "if (this.#writes.size > 0 && !this.#scheduled) this.#schedule();",
      replace: "",
    },
    {
      what: "a commit that fails counts as done",
      file: "src/durability/commits.ts",
      find: "(error) => this.#done(batch, { error }),",
      replace: "() => this.#done(batch),",
    },
    {
      what: "a commit that throws counts as done",
      file: "src/durability/commits.ts",
      find: "return this.#done(batch, { error });",
      replace: "return this.#done(batch);",
    },
    {
      what: "what was written after a write that is lost is stored",
      file: "src/durability/commits.ts",
      find: "this.#writes.delete(writer); writer.lost",
      replace: "writer.lost",
    },
    {
      what: "two commits at the same time",
      file: "src/durability/commits.ts",
      find: "if (!this.#scheduled) this.#schedule(); }",
      replace: "this.#schedule(); }",
    },
    {
      what: "a commit has no deadline",
      file: "src/durability/commits.ts",
      find: "this.#late.add(batch);",
      replace: "",
      tests: ["unit/commits", "suite/slow_links"],
    },
    {
      what: "a commit that was late counts when it ends after all",
      file: "src/durability/commits.ts",
      find: "if (batch.isOver) return;",
      replace: "",
      tests: ["unit/commits", "suite/slow_links"],
    },
    {
      what: "the outbox is closed by the commit before the last",
      file: "src/durability/pending_writes.ts",
      find: "const isLast = outbox.ticket === ticket;",
      replace: "const isLast = true;",
    },
    {
      what: "an instance leaves memory before its write is on disk",
      file: "src/durability/pending_writes.ts",
      find: "this.outbox = new Outbox(); this.#owner.activity.begin();",
      replace: "this.outbox = new Outbox();",
    },
    {
      what: "after a write that is lost the instance goes on",
      file: "src/agent/instance.ts",
      find: "this.connections.cutAll(code, reason); this.host.discard(this);",
      replace: "",
    },
    {
      what: "after a write that is lost its clients stay",
      file: "src/agent/instance.ts",
      find: "this.connections.cutAll(code, reason);",
      replace: "",
    },
    {
      what: "a response leaves before the write is on disk",
      file: "src/agent/requests.ts",
      find: "await instance.durable();",
      replace: "",
    },
    {
      what: "a store commits half of a batch",
      file: "storage/sqlite.ts",
      find: 'engine.exec("BEGIN IMMEDIATE"); try { for',
      replace: "try { for",
    },
    {
      what: "two processes have one store",
      file: "storage/engine.ts",
      find: '"PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE"',
      replace: '"PRAGMA busy_timeout = 0"',
      tests: ["storage/sqlite_storage", "suite/storage"],
    },
    {
      what: "a store of something else is taken",
      file: "storage/schema.ts",
      find:
        "if (id !== APPLICATION_ID && (id !== 0 || version !== 0 || count !== 0)) {",
      replace: "if (false) {",
      tests: ["storage/sqlite_storage", "storage/schema"],
    },
    {
      what: "a damaged store is opened",
      file: "storage/engine.ts",
      find: 'if (verdict !== "ok") throw',
      replace: "if (false) throw",
      tests: ["storage/damaged_store"],
    },
  ],
};
