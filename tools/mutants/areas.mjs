// Which mistakes are made where, and which quick tests should notice them.
import { calls } from "./calls.mjs";
import { client } from "./client.mjs";
import { cluster } from "./cluster.mjs";
import { connections } from "./connections.mjs";
import { dev_page } from "./dev_page.mjs";
import { durability } from "./durability.mjs";
import { forwarding } from "./forwarding.mjs";
import { instances } from "./instances.mjs";
import { log } from "./log.mjs";
import { presence } from "./presence.mjs";
import { router } from "./router.mjs";
import { sessions } from "./sessions.mjs";
import { sql } from "./sql.mjs";
import { state } from "./state.mjs";

/** @type {Record<string, { tests: string[], mutants: import("./mutate.mjs").Mutant[] }>} */
export const areas = {
  connections,
  sessions,
  state,
  durability,
  sql,
  calls,
  instances,
  presence,
  router,
  client,
  dev_page,
  log,
  cluster,
  forwarding,
};
