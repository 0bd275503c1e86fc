import { Mesh } from "../../../cluster/mesh.ts";
import type { MeshOptions } from "../../../cluster/mesh_options.ts";
import type {
  ClusterNode,
  Ownership,
  OwnershipListener,
} from "../../../cluster/ownership.ts";
import {
  type AgentAddress,
  type AgentClasses,
  createHost,
  type Host,
  type HostOptions,
  type Storage,
} from "../../../mod.ts";
import { MemoryStorage } from "../../../src/durability/memory_storage.ts";
import type { ClusterHealth } from "../../../src/ports/cluster.ts";
import { MovedError } from "../../../src/runtime/moved.ts";
import type { MemoryConnection } from "../../../testing/memory_connection.ts";
import { Network } from "../../../testing/network.ts";
import { TestWebSocket } from "../../../testing/test_web_socket.ts";
import { shardOf } from "./fixed_ownership.ts";
import { PATIENCE_MS } from "../patience.ts";

const SHARDS = 256;
const all = Array.from({ length: SHARDS }, (_, shard) => shard);

/** Several hosts of one process, with pipes between them, and what a database would say about them: nothing happens by itself. */
export class ScriptedCluster {
  readonly nodes = new Map<string, ScriptedOwnership>();
  readonly owners: (string | undefined)[] = all.map(() => undefined);
  readonly store = new MemoryStorage();
  #classes: AgentClasses;
  #options: HostOptions;
  #releaseMs: number;

  /** Who gives an instance waits `releaseMs` for its handlers. */
  constructor(
    classes: AgentClasses,
    options: HostOptions = {},
    releaseMs = PATIENCE_MS,
  ) {
    this.#classes = classes;
    this.#options = options;
    this.#releaseMs = releaseMs;
  }

  /** Starts a node, whose pipe listens. The first one has everything. */
  async start(
    id: string,
    { tls, advertise, port = 0 }:
      & Pick<MeshOptions, "tls" | "advertise">
      & { readonly port?: number } = {},
  ): Promise<TestNode> {
    const ownership = new ScriptedOwnership(this, id);
    const mesh = new Mesh({
      ownership,
      storage: new FencedStorage(this, ownership),
      listen: { host: "127.0.0.1", port },
      advertise,
      releaseMs: this.#releaseMs,
      tls,
    });
    const node = new TestNode(ownership, this.#classes, {
      ...this.#options,
      cluster: mesh,
    });
    await ownership.begun;
    this.nodes.set(id, ownership);
    if (this.nodes.size === 1) this.owners.fill(id);
    for (const each of this.nodes.values()) each.read();
    ownership.becomes("live");
    return node;
  }

  /** Hands shards over as the engine does, by default all that `from` has. */
  async give(
    from: string,
    to: string | undefined,
    shards?: readonly number[],
  ): Promise<void> {
    const giver = this.nodes.get(from)!;
    const heir = to === undefined ? undefined : this.nodes.get(to)!.entry;
    const given = shards ??
      all.filter((shard) => this.owners[shard] === from);
    await giver.listener.release(given, heir);
    for (const shard of given) this.owners[shard] = to;
    giver.read();
    giver.listener.given(given, heir);
  }

  /** Others take all that it has. It is told nothing. */
  take(from: string, to: string): void {
    for (const shard of all) {
      if (this.owners[shard] === from) this.owners[shard] = to;
    }
    this.nodes.get(from)!.phase = "dead";
    for (const [id, node] of this.nodes) if (id !== from) node.read();
  }
}

/** What one node knows of the map. */
export class ScriptedOwnership implements Ownership {
  readonly self: string;
  readonly leaseMs = 1000;
  readonly shardCount = SHARDS;
  readonly secret = new TextEncoder().encode("a secret of tests");
  readonly problems: readonly string[] = [];
  readonly begun: Promise<void>;
  state: ClusterHealth["state"] = "joining";
  phase: ClusterNode["phase"] = "up";
  listener!: OwnershipListener;
  #cluster: ScriptedCluster;
  #address = "";
  #known: (string | undefined)[] = [];
  #nodes: ClusterNode[] = [];
  #begin!: () => void;

  constructor(cluster: ScriptedCluster, self: string) {
    this.#cluster = cluster;
    this.self = self;
    this.begun = new Promise((resolve) => this.#begin = resolve);
  }

  /** As others see it. */
  get entry(): ClusterNode {
    const { self: id, phase } = this;
    return { id, address: this.#address, phase, wire: 1 };
  }

  get isLive(): boolean {
    return this.state === "live" || this.state === "draining";
  }

  /** Another node, which listens nowhere, is on the map from now on. */
  pretend(address: string): void {
    const other = new ScriptedOwnership(this.#cluster, `${this.self}2`);
    other.#address = address;
    other.listener = {
      changed() {},
      gained() {},
    } as unknown as OwnershipListener;
    this.#cluster.nodes.set(other.self, other);
  }

  /** Reads the map, as with each renewal. */
  read(): void {
    const before = this.#known;
    this.#known = [...this.#cluster.owners];
    this.#nodes = [...this.#cluster.nodes.values()].map(({ entry }) => entry);
    const gained = all.filter((shard) =>
      this.#known[shard] === this.self && before[shard] !== this.self
    );
    this.listener.changed();
    if (gained.length > 0) this.listener.gained(gained);
  }

  becomes(state: "live" | "frozen" | "lost"): void {
    this.state = state;
    if (state === "lost") this.listener.lost("others have taken it");
    else this.listener[state]();
  }

  shardOf(address: AgentAddress): number {
    return shardOf(address);
  }

  ownerOf(shard: number): string | undefined {
    return this.#known[shard];
  }

  node(id: string): ClusterNode | undefined {
    return this.#nodes.find((node) => node.id === id);
  }

  nodes(): readonly ClusterNode[] {
    return this.#nodes;
  }

  learned(shards: readonly number[], owner: string): void {
    if (owner === this.self) return this.read();
    for (const shard of shards) this.#known[shard] = owner;
  }

  refresh(): Promise<void> {
    this.read();
    return Promise.resolve();
  }

  begin(address: string, listener: OwnershipListener): void {
    this.#address = address;
    this.listener = listener;
    this.#begin();
  }

  async leave(): Promise<void> {
    this.state = "draining";
    const heir = [...this.#cluster.nodes.keys()].find((id) => id !== this.self);
    await this.#cluster.give(this.self, heir);
    await this.listener.release([], undefined);
    this.#cluster.nodes.delete(this.self);
    this.state = "left";
  }
}

/** Refuses what a node writes for instances that another one has. Takes its time. */
class FencedStorage implements Storage {
  #cluster: ScriptedCluster;
  #node: ScriptedOwnership;

  constructor(cluster: ScriptedCluster, node: ScriptedOwnership) {
    this.#cluster = cluster;
    this.#node = node;
  }

  async load(address: AgentAddress) {
    await turn();
    this.#check(address);
    return this.#cluster.store.load(address);
  }

  async logHead(address: AgentAddress) {
    await turn();
    this.#check(address);
    return this.#cluster.store.logHead(address);
  }

  async history(address: AgentAddress, after: number) {
    await turn();
    this.#check(address);
    return this.#cluster.store.history(address, after);
  }

  async commit(writes: Parameters<Storage["commit"]>[0]) {
    await turn();
    for (const { address } of writes) this.#check(address);
    this.#cluster.store.commit(writes);
  }

  close(): void {}

  #check(address: AgentAddress): void {
    if (this.#cluster.owners[shardOf(address)] === this.#node.self) return;
    throw new MovedError("another process has it");
  }
}

/** A host, and the clients that are connected to it. */
export class TestNode {
  readonly ownership: ScriptedOwnership;
  readonly host: Host<[MemoryConnection]>;
  #network = new Network();
  /** The library's own timers and pipes keep no process alive. */
  #alive = setInterval(() => {}, 60_000);

  constructor(
    ownership: ScriptedOwnership,
    classes: AgentClasses,
    options: HostOptions,
  ) {
    this.ownership = ownership;
    this.host = createHost(classes, options, {
      upgrade(_, events, [connection]) {
        connection.accept(events);
        return undefined;
      },
    });
  }

  async close(): Promise<void> {
    await this.host.close();
    clearInterval(this.#alive);
  }

  connect(path: string): NodeClient {
    const dial = async (request: Request, connection: MemoryConnection) =>
      await this.host.fetch(request, [connection]) ?? "";
    const url = `ws://localhost/agents/${path}`;
    return new NodeClient(new TestWebSocket(this.#network, dial, url));
  }

  /** Connects and waits for the first frame. */
  async open(path: string): Promise<NodeClient> {
    const client = this.connect(path);
    await client.until((text) => text.includes("cf_agent_identity"));
    return client;
  }
}

/** A client that remembers what it was sent. */
export class NodeClient {
  readonly socket: TestWebSocket;
  readonly received: (string | ArrayBuffer)[] = [];
  /** How it ended, if it has. */
  end: { code: number; reason: string } | undefined;
  #looks = new Set<() => void>();
  #closed: Promise<{ code: number; reason: string }>;

  constructor(socket: TestWebSocket) {
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.received.push(data);
      for (const look of [...this.#looks]) look();
    };
    this.#closed = new Promise((resolve) => {
      socket.onclose = (event) => {
        const { code, reason } = event as CloseEvent;
        this.end = { code, reason };
        resolve(this.end);
        for (const look of [...this.#looks]) look();
      };
    });
  }

  send(data: string | ArrayBuffer): void {
    this.socket.send(data);
  }

  /** Resolves when it is closed. */
  get closed(): Promise<{ code: number; reason: string }> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error("it is not closed in a minute")),
        PATIENCE_MS,
      );
      this.#closed.then((end) => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  }

  /** What it was sent that is none of the library's frames. */
  get own(): (string | ArrayBuffer)[] {
    return this.received.filter((data) =>
      typeof data !== "string" || !data.startsWith("{")
    );
  }

  /** The first text that is such, also an earlier one. */
  until(isWanted: (text: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error("it does not come in a minute")),
        PATIENCE_MS,
      );
      const look = () => {
        const found = this.received.find((data) =>
          typeof data === "string" && isWanted(data)
        );
        if (found === undefined && this.end === undefined) return;
        this.#looks.delete(look);
        clearTimeout(timer);
        if (found !== undefined) return resolve(found as string);
        const { code, reason } = this.end!;
        reject(new Error(`closed with ${code} ${reason}`));
      };
      this.#looks.add(look);
      look();
    });
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
