import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import { NodeFrame } from "../../src/protocol/node_frames.ts";
import { FrameProxy } from "../support/cluster/frame_proxy.ts";
import { freePort } from "../support/cluster/free_port.ts";
import { Ledger, type Lives } from "../support/cluster/ledger.ts";
import {
  type NodeClient,
  ScriptedCluster,
  type TestNode,
} from "../support/cluster/scripted_cluster.ts";

const ROOMS = 2;
/** Answers to each client after it is over. */
const LAST = 3;

class Room extends Agent<
  unknown,
  { lives: number; counts: Record<string, number> }
> {
  override initialState = { lives: 0, counts: {} };
  #life = 0;

  override onStart() {
    this.#life = this.state.lives + 1;
    this.setState({ ...this.state, lives: this.#life });
  }

  override onMessage(connection: Connection, message: WSMessage) {
    const [key, id] = String(message).split(" ");
    const { counts } = this.state;
    const value = (counts[key] ?? 0) + 1;
    this.setState({ ...this.state, counts: { ...counts, [key]: value } });
    connection.send(`${id} ${value} ${this.#life}`);
  }
}

/** Adds, one after the other, and connects again when it is told to. */
class Counter {
  readonly ledger: Ledger;
  readonly problems: string[] = [];
  readonly ends: number[] = [];
  isOver = false;
  readonly done: Promise<void>;
  #key: string;
  #open: () => Promise<NodeClient>;

  constructor(
    room: string,
    key: string,
    lives: Lives,
    open: () => Promise<NodeClient>,
  ) {
    this.ledger = new Ledger(room, lives);
    this.#key = key;
    this.#open = open;
    this.done = this.#run();
  }

  async #run(): Promise<void> {
    for (let id = 0; !this.isOver;) {
      let client: NodeClient | undefined;
      try {
        client = await this.#open();
        while (!this.isOver) await this.#add(client, `${++id}`);
        client.socket.close();
      } catch (error) {
        const { message } = error as Error;
        const code = Number(/^closed with (\d+)/.exec(message)?.[1]);
        this.ends.push(code);
        if (code === 1012) continue;
        this.problems.push(`${this.#key}: ${message}`);
        return;
      }
    }
  }

  async #add(client: NodeClient, id: string): Promise<void> {
    this.ledger.asks();
    client.send(`${this.#key} ${id}`);
    const text = await client.until((text) => text.startsWith(`${id} `));
    const [, value, life] = text.split(" ").map(Number);
    const problem = this.ledger.answered(value, life);
    if (problem !== undefined) this.problems.push(`${this.#key}: ${problem}`);
  }
}

type Id = "a" | "b" | "c";

/** Three nodes behind proxies: `a` gives what it has to `b`, and `c` has clients, too. */
class Scene {
  readonly cluster = new ScriptedCluster({ Room }, {}, 300);
  readonly nodes = new Map<Id, TestNode>();
  readonly proxies = new Map<Id, FrameProxy>();
  readonly counters: Counter[] = [];
  #dead: Id | undefined;

  static async start(): Promise<Scene> {
    const scene = new Scene();
    for (const id of ["a", "b", "c"] as const) {
      const port = await freePort();
      const proxy = new FrameProxy(port);
      const advertise = await proxy.listen();
      scene.proxies.set(id, proxy);
      scene.nodes.set(id, await scene.cluster.start(id, { port, advertise }));
    }
    // As each renewal does.
    const renewing = setInterval(() => {
      for (const { ownership } of scene.nodes.values()) {
        if (!scene.isDead(ownership.self)) ownership.read();
      }
    }, 20);
    after(async () => {
      clearInterval(renewing);
      for (const [id, node] of scene.nodes) {
        if (scene.isDead(id)) node.ownership.becomes("lost");
        await node.close();
      }
      for (const proxy of scene.proxies.values()) proxy.stop();
    });
    return scene;
  }

  /** Clients of all nodes but `victim`, whose own ones would hear of its end by TCP. */
  countWithout(victim: Id | undefined): void {
    const lives: Lives = new Map();
    for (const [id, node] of this.nodes) {
      if (id === victim) continue;
      for (let at = 0; at < ROOMS; at++) {
        const open = () => node.open(`room/room-${at}`);
        const key = `${id}${at}`;
        this.counters.push(new Counter(`room-${at}`, key, lives, open));
      }
    }
  }

  /** As kill -9 does: nothing of it gets anywhere any more. */
  kill(id: Id): void {
    this.#dead = id;
    this.nodes.get(id)!.ownership.state = "frozen";
    for (const [each, proxy] of this.proxies) {
      proxy.gone.add(id);
      if (each === id) proxy.isGone = true;
      proxy.cut();
    }
  }

  isDead(id: string): boolean {
    return this.#dead === id;
  }

  /** `a` gives all that it has to `b`, unless it dies before; `between` happens when that is stored, and before anybody is told. */
  async give(between: () => void = () => {}): Promise<void> {
    const { cluster } = this;
    const { ownership } = this.nodes.get("a")!;
    const heir = this.nodes.get("b")!.ownership.entry;
    const all = cluster.owners.map((_, shard) => shard);
    await ownership.listener.release(all, heir);
    if (this.isDead("a")) return;
    cluster.owners.fill("b");
    between();
    if (this.isDead("a")) return;
    ownership.read();
    ownership.listener.given(all, heir);
  }

  /** Resolves when each has been answered so often. */
  async answered(count: number): Promise<void> {
    const before = this.counters.map(({ ledger }) => ledger.acknowledged);
    const isBehind = () =>
      this.counters.some(({ ledger, problems }, at) =>
        problems.length === 0 && ledger.acknowledged < before[at] + count
      );
    while (isBehind()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async end(): Promise<void> {
    for (const counter of this.counters) counter.isOver = true;
    await Promise.all(this.counters.map(({ done }) => done));
    assert.deepEqual(this.counters.flatMap(({ problems }) => problems), []);
  }
}

/** Where a frame passes: before whom, and of whose pipes. */
const STEPS = {
  HOLD: { at: "a", from: "c" },
  HELD: { at: "a", from: "c" },
  TAKE: { at: "b", from: "a" },
  MOVED: { at: "a", from: "c" },
  RESTORE: { at: "b", from: "c" },
  OPENED: { at: "b", from: "c" },
} as const;

/** What happens there. */
const FAULTS = {
  "the pipe breaks": undefined,
  "the giver dies": "a",
  "the heir dies": "b",
} as const;

for (const [name, { at, from }] of Object.entries(STEPS)) {
  for (const [fault, victim] of Object.entries(FAULTS)) {
    // After a frame is before the next one.
    const places = ["in the place of", "right after"];
    for (const place of name === "OPENED" ? places : places.slice(0, 1)) {
      test(`hand-over: ${fault} ${place} ${name}: what was acknowledged is there, and clients are answered or told`, async () => {
        const scene = await Scene.start();
        scene.countWithout(victim);
        await scene.answered(LAST);
        let hasStruck = false;
        const proxy = scene.proxies.get(at)!;
        proxy.judge = (type, dialler) => {
          const isIt = type === NodeFrame[name as keyof typeof NodeFrame] &&
            dialler === from && !hasStruck;
          if (!isIt) return "pass";
          hasStruck = true;
          const strike = () => {
            if (victim !== undefined) scene.kill(victim);
            else proxy.breakAll(from);
          };
          if (place === "in the place of") {
            strike();
            return "cut";
          }
          queueMicrotask(strike);
          return "pass";
        };
        await scene.give();
        while (!hasStruck) {
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        // Its lease is over.
        if (victim !== undefined) scene.cluster.take(victim, "c");
        await scene.answered(LAST);
        await scene.end();
      });
    }
  }
}

for (const [fault, victim] of [["giver", "a"], ["heir", "b"]] as const) {
  test(`hand-over: the ${fault} dies when it is stored who has them, and nobody has been told: what was acknowledged is there, and clients are answered or told`, async () => {
    const scene = await Scene.start();
    scene.countWithout(victim);
    await scene.answered(LAST);
    await scene.give(() => scene.kill(victim));
    if (victim === "b") scene.cluster.take("b", "c");
    await scene.answered(LAST);
    await scene.end();
  });
}
