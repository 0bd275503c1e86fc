import { balance } from "./balancer.ts";
import { freePort, openDatabase } from "./database.ts";
import { NodeProcess } from "./node_process.ts";
import type { Overview, Supervisor } from "./panel.ts";

const NAMES = ["red", "green", "blue"];
const LOOK_MS = 300;
const LOG_LINES = 50;

/** Three processes, their database, and who connects clients with them. */
export interface RunningSupervisor extends Supervisor {
  /** Looks after the processes from now on. */
  watch(): void;
  /** Ends all of it. */
  end(): Promise<void>;
}

/** `changed` is called when there is something new to see. */
export async function startSupervisor(
  changed: () => void,
): Promise<RunningSupervisor> {
  const database = await openDatabase();
  const log: { at: number; what: string }[] = [];
  const tell = (what: string) => {
    log.unshift({ at: Date.now(), what });
    log.splice(LOG_LINES);
    changed();
  };
  const nodes: NodeProcess[] = [];
  for (const name of NAMES) {
    nodes.push(new NodeProcess(name, await freePort(), database.url, tell));
  }
  const balancer = await balance(() => nodes);
  let timer: ReturnType<typeof setInterval> | undefined;
  let shown = "";
  const look = async () => {
    await Promise.all(nodes.map((node) => node.look()));
    const seen = JSON.stringify(nodes.map(({ view }) => view));
    if (seen !== shown) changed();
    shown = seen;
  };
  return {
    nodes,
    get overview(): Overview {
      return { nodes: nodes.map(({ view }) => view), balancer, log: [...log] };
    },
    watch() {
      for (const node of nodes) node.start();
      timer = setInterval(look, LOOK_MS);
    },
    async end() {
      clearInterval(timer);
      await Promise.all(nodes.map((node) => node.end()));
      await database.stop();
    },
  };
}
