import type { Entry } from "./crash_log.ts";

const AGENTS = ["one", "two", "three"];
/** Writes that a writer has under way. */
const IN_FLIGHT = 4;

/** Writes to some instances as fast as it gets answers, and logs what it sees. */
export class Load {
  readonly log: Entry[] = [];
  acknowledged = 0;
  #sockets: WebSocket[] = [];
  #count = 0;
  #connections = 0;
  #acknowledge = () => {};

  /** Connects two writers to each instance, and logs what they find. */
  async begin(host: string): Promise<void> {
    const writers = AGENTS.flatMap((agent) => [agent, agent]);
    await Promise.all(writers.map((agent) => this.#connect(host, agent)));
  }

  /** Resolves when so many more writes have been acknowledged. */
  async until(more: number): Promise<void> {
    const enough = this.acknowledged + more;
    while (this.acknowledged < enough) {
      await new Promise<void>((resolve) => this.#acknowledge = resolve);
    }
  }

  /** The server is gone: reads what it had sent, to the end. */
  async end(): Promise<void> {
    await Promise.all(
      this.#sockets.splice(0).map((socket) => {
        if (socket.readyState === WebSocket.CLOSED) return;
        return new Promise<void>((resolve) =>
          socket.addEventListener("close", () => resolve())
        );
      }),
    );
    this.log.push({ kind: "killed" });
  }

  #connect(host: string, agent: string): Promise<void> {
    const url = `ws://${host}/agents/kept-agent/${agent}?_roam=1`;
    const socket = new WebSocket(url);
    this.#sockets.push(socket);
    const pending = new Map<string, string>();
    const by = this.#connections++;
    const { log } = this;
    let epoch = "";
    let found = false;
    const write = () => {
      const id = String(this.#count++);
      const value = `${agent}-${id}`;
      pending.set(id, value);
      log.push({ kind: "sent", agent, value });
      socket.send(JSON.stringify({ state: value, type: "cf_agent_state", id }));
    };
    return new Promise((resolve, reject) => {
      socket.addEventListener("error", () => {
        if (!found) reject(new Error(`cannot connect to ${url}`));
      });
      socket.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(data as string);
        const { rev } = frame;
        if (frame.type === "roam_hello") {
          epoch = frame.epoch;
          if (rev === 0) {
            const value = undefined;
            log.push({ kind: "found", by, agent, epoch, rev, value });
          }
        } else if (frame.type === "cf_agent_state") {
          const kind = found ? "seen" : "found";
          const { epoch, state: value } = frame;
          log.push({ kind, by, agent, epoch, rev, value });
        } else if (frame.type === "cf_agent_mcp_servers") {
          found = true;
          for (let at = 0; at < IN_FLIGHT; at++) write();
          resolve();
        } else if (frame.type === "roam_state_ack") {
          const value = pending.get(frame.id)!;
          pending.delete(frame.id);
          this.acknowledged++;
          this.#acknowledge();
          log.push({ kind: "seen", by, agent, epoch, rev, value });
          write();
        }
      });
    });
  }
}
