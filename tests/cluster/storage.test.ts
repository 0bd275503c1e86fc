import { after, before } from "node:test";
import type { Storage } from "../../src/ports/storage.ts";
import { TestNode } from "../support/cluster/nodes.ts";
import {
  missingPgbouncer,
  type Pgbouncer,
  startPgbouncer,
} from "../support/cluster/pgbouncer.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";
import { contract } from "../support/storage/storage_contract.ts";

let server: PostgresServer;
let pooler: Pgbouncer | undefined;
before(async () => {
  if (missing !== false) return;
  server = await startPostgres();
  if (missingPgbouncer === false) {
    pooler = await startPgbouncer(server.direct.port);
  }
});
after(async () => {
  await pooler?.stop();
  await server?.stop();
});

let schemas = 0;

for (const isPooled of [false, true]) {
  const what = isPooled ? "PostgreSQL behind PgBouncer" : "PostgreSQL";
  const skip = missing || (isPooled && missingPgbouncer);
  for (const [name, run] of Object.entries(contract)) {
    test(`storage ${what}: ${name}`, { skip }, async () => {
      const { url } = isPooled ? pooler! : server.direct;
      const schema = `storage_${schemas++}`;
      const make = () => new TestNode(url, { schema, prepare: !isPooled });
      let node = make().begin();
      await node.owns(256);
      const reopen = () => {
        const left = node.leave();
        const later = node = make();
        return opensLater(async () => {
          await left;
          await later.begin().owns(256);
          return later.storage;
        });
      };
      try {
        await run({ storage: node.storage, shared: true, reopen });
      } finally {
        await node.leave();
      }
    });
  }
}

/** A storage that is there when it is needed. */
function opensLater(open: () => Promise<Storage>): Storage {
  const opening = open();
  return {
    load: async (address) => await (await opening).load(address),
    jobs: async (address) => await (await opening).jobs!(address),
    logHead: async (address) => await (await opening).logHead!(address),
    history: async (address, after) =>
      await (await opening).history!(address, after),
    due: async (query) => await (await opening).due!(query),
    commit: async (writes) => await (await opening).commit(writes),
    close: async () => {},
  };
}
