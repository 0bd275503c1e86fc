import type { Instance } from "../src/agent/instance.ts";
import type { HostInside } from "../src/host/host.ts";
import { act } from "./actions.ts";
import { agentViews, StoredNames } from "./agent_views.ts";
import { eventViews, type TimedEvent } from "./event_views.ts";
import { FrameTap } from "./frame_tap.ts";
import type { News, Watch } from "./messages.ts";

/** The host that a page looks at. */
export interface Sight {
  readonly inside: HostInside;
  /** What the agents' paths begin with. */
  readonly prefix: string;
  readonly events: () => readonly TimedEvent[];
  readonly lag: () => number;
}

/** Milliseconds between two looks. */
const LOOK_MS = 250;
/** After so many looks without news a line says that the server is there. */
const QUIET_LOOKS = 20;

/** Looks at what a page wants to see, and tells it what has changed, until the page goes. */
export class Watching {
  /** A line of JSON for each time that something has changed. */
  readonly stream: ReadableStream<Uint8Array>;
  #sight: Sight;
  #wanted: Watch;
  #stored: StoredNames;
  #tap: FrameTap | undefined;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** Each part as the page was told it last, as JSON. */
  #told = new Map<keyof News, string>();
  #quiet = 0;
  #isLooking = false;
  #failure = "";
  #isStopped = false;
  #timer: ReturnType<typeof setInterval>;
  #ended: () => void;

  constructor(sight: Sight, wanted: Watch, ended: () => void) {
    this.#sight = sight;
    this.#wanted = wanted;
    this.#ended = ended;
    this.#stored = new StoredNames(
      sight.inside.namespace.commits.storage,
      wanted.filter ?? "",
    );
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#stop(),
    });
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  /** Ends the stream. */
  end(): void {
    this.#stop();
    try {
      this.#controller.close();
    } catch {
      // The page has gone.
    }
  }

  #stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#tap?.end();
    this.#ended();
  }

  async #look(): Promise<void> {
    // A page that does not read is told later.
    if (this.#isLooking || (this.#controller.desiredSize ?? 0) <= 0) return;
    this.#isLooking = true;
    try {
      this.#tell(await this.#seen());
    } catch (error) {
      // It looks again at once: what stays the same is said once.
      const text = String(error);
      if (text !== this.#failure) {
        console.error("The development page can't look:", error);
      }
      this.#failure = text;
    } finally {
      this.#isLooking = false;
    }
  }

  async #seen(): Promise<News> {
    const { events, inside, lag, prefix } = this.#sight;
    const { agent, name } = this.#wanted;
    const { namespace } = inside;
    const kind = agent === undefined ? undefined : inside.kinds.get(agent);
    const isOne = kind !== undefined && name !== undefined;
    const look = isOne
      ? await act(inside, { agent: kind.className, name, do: "look" })
      : {};
    if ("error" in look) throw new Error(look.error);
    const { instance = null, state = null } = look;
    return {
      host: { connections: namespace.connections, lag: Math.round(lag()) },
      agents: await agentViews(inside, prefix, this.#stored),
      instance,
      state,
      frames: isOne ? this.#frames(kind.instances.get(name)) : null,
      events: eventViews(events()),
    };
  }

  #frames(instance: Instance | undefined): News["frames"] {
    const { connection } = this.#wanted;
    // What is begun when nobody looks any more would never end.
    if (connection === undefined || this.#isStopped) return null;
    const link = instance?.connections.link(connection);
    if (link !== undefined && !this.#tap?.isOf(link)) {
      this.#tap?.end();
      this.#tap = FrameTap.of(link);
    }
    return { connection, frames: this.#tap?.frames ?? [] };
  }

  #tell(seen: News): void {
    const news: Record<string, unknown> = {};
    for (const part of Object.keys(seen) as (keyof News)[]) {
      const text = JSON.stringify(seen[part]);
      if (this.#told.get(part) === text) continue;
      this.#told.set(part, text);
      news[part] = seen[part];
    }
    const isNew = Object.keys(news).length > 0;
    this.#quiet = isNew ? 0 : this.#quiet + 1;
    if (!isNew && this.#quiet % QUIET_LOOKS !== 0) return;
    const line = `${JSON.stringify(news)}\n`;
    try {
      this.#controller.enqueue(new TextEncoder().encode(line));
    } catch {
      // It was ended while this looked.
    }
  }
}
