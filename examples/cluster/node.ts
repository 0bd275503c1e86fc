/** One process of the cluster. `main.ts` starts three of them. */
import process from "node:process";
import { serveAgents } from "@roam/agents/auto";
import { postgres } from "@roam/agents/postgres";
import { Room } from "./room.ts";

const { DATABASE_URL, NODE_NAME: node } = process.env;

// It ends with the process that has started it, however that ends.
process.stdin.resume().once("end", () => process.exit(1));

export default serveAgents({ Room }, {
  // So short only for those who watch; 10 seconds otherwise.
  cluster: postgres(DATABASE_URL, { lease: 3000 }),
  env: { node },
  signals: true,
});
