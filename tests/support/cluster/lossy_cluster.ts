// Two processes of a cluster at places of their own, whose ways to each other and to the database delay and lose packets.
import {
  type Conditions,
  type LinkEnds,
  LossyNetwork,
  type PacketCounts,
} from "../network/lossy_network.ts";
import { type ClusterProcess, ProcessCluster } from "./processes.ts";

/** Where clients and the database are. */
const HERE = 0;
const PLACES = [1, 2] as const;
const LINKS: readonly LinkEnds[] = [
  // Clients come by links of their own, which do nothing to what passes.
  [HERE, 1],
  [HERE, 2],
  [HERE, 1],
  [HERE, 2],
  [1, 2],
];
const TO_DATABASE = 2;
const BETWEEN = 4;

/** A direction in which packets go. */
export type Direction = readonly [
  from: ClusterProcess | "database",
  to: ClusterProcess | "database",
];

export class LossyCluster {
  readonly cluster: ProcessCluster;
  readonly network: LossyNetwork;

  private constructor(cluster: ProcessCluster, network: LossyNetwork) {
    this.cluster = cluster;
    this.network = network;
  }

  static async start(leaseMs: number, seed: number): Promise<LossyCluster> {
    const network = await LossyNetwork.start(LINKS, seed);
    try {
      return await LossyCluster.#in(network, leaseMs);
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  static async #in(
    network: LossyNetwork,
    leaseMs: number,
  ): Promise<LossyCluster> {
    const addresses = PLACES.map((_, at) =>
      network.address(TO_DATABASE + at, HERE)
    );
    const cluster = await ProcessCluster.start(0, leaseMs, {
      settings: { listen_addresses: ["127.0.0.1", ...addresses].join() },
      access: `host all all ${network.prefix}.0/24 trust`,
    });
    await Promise.all(PLACES.map((place, at) => {
      const url = new URL(cluster.database.url);
      url.hostname = addresses[at];
      return cluster.add({
        url: url.href,
        place: {
          address: network.address(at, place),
          inside: network.inside(place),
          listen: network.address(BETWEEN, place),
        },
      });
    }));
    // They are there in any order.
    cluster.nodes.sort((a, b) =>
      a.server.host.localeCompare(b.server.host, "en", { numeric: true })
    );
    await cluster.balanced();
    return new LossyCluster(cluster, network);
  }

  get nodes(): readonly [ClusterProcess, ClusterProcess] {
    const [one, two] = this.cluster.nodes;
    return [one, two];
  }

  /** What happens to packets in this direction from now on; returns what has happened to them so far. */
  async set(
    [from, to]: Direction,
    conditions: Conditions = {},
  ): Promise<PacketCounts> {
    const at = this.nodes.findIndex((node) => node === from || node === to);
    const isBetween = from !== "database" && to !== "database";
    const link = isBetween ? BETWEEN : TO_DATABASE + at;
    const place = to === "database"
      ? HERE
      : PLACES[this.nodes.indexOf(to as ClusterProcess)];
    return await this.network.towards(link, place, conditions);
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await this.network.stop();
  }
}
