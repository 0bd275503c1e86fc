import type { ServerProcess } from "./target.ts";
import {
  type Runtime,
  type Server,
  start,
  type StartOptions,
} from "./targets.ts";

/** How each runtime is told to take `hop_auto.ts` for `adapters/auto.ts`. */
const LOADERS: Partial<Record<Runtime, Partial<StartOptions>>> = {
  deno: { config: "tests/targets/hop.json" },
  bun: { preload: ["tests/targets/hop_bun.ts"] },
  node: { preload: ["tests/targets/hop_node.mjs"] },
};

/** A process whose clients' instances another one has. */
export interface HopServer extends Server {
  /** The one that has them; connected to it, clients go nowhere else. */
  readonly owner: Server;
}

/** Serves `entry` from two processes: one has all instances, and clients are connected to the other one. `between` may stand between the two: it is told the address of the one, and what it resolves with is dialled. */
export async function startHop(
  runtime: Runtime,
  options: StartOptions,
  between = (address: string) => Promise.resolve(address),
): Promise<HopServer> {
  const { profile, objects, entry, store, cwd } = options;
  const { config, preload = [] } = LOADERS[runtime]!;
  const modules = [...options.preload ?? [], ...preload];
  const common = { profile, objects, entry, cwd, config, preload: modules };
  const owner = await start(runtime, { ...common, store });
  const address = await owner.process.until(
    (line) => /^@@pipe (\S+)$/.exec(line)?.[1],
    "where the pipe listens",
  );
  const gateway = await start(runtime, {
    ...options,
    ...common,
    env: { ...options.env, ROAM_OWNER: await between(address) },
  });
  hear(owner.process, gateway.process);
  return {
    ...gateway,
    owner,
    async stop(signal) {
      const status = await gateway.stop(signal);
      await owner.stop();
      return status;
    },
  };
}

/** What agents say is said by the owner. */
function hear(owner: ServerProcess, gateway: ServerProcess): void {
  for (const line of owner.lines) gateway.add(line);
  const { add } = owner;
  owner.add = (line) => {
    add.call(owner, line);
    gateway.add(line);
  };
}
