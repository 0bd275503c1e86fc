import { Dialler, type DialOptions } from "./dialler.ts";
import type { ClusterNode, Ownership } from "./ownership.ts";
import { PeerNode, type PeerNodeHost } from "./peer_node.ts";

/** A pipe from this process to each other one of the cluster. */
export class Diallers {
  #ownership: Ownership;
  #host: PeerNodeHost;
  #options: Omit<DialOptions, "self" | "secret">;
  #diallers = new Map<string, Dialler>();

  constructor(
    ownership: Ownership,
    host: PeerNodeHost,
    options: Omit<DialOptions, "self" | "secret">,
  ) {
    this.#ownership = ownership;
    this.#host = host;
    this.#options = options;
  }

  get(id: string): Dialler | undefined {
    return this.#diallers.get(id);
  }

  all(): Iterable<Dialler> {
    return this.#diallers.values();
  }

  /** The map of the cluster has changed: other processes may have come, or have gone. */
  changed(): void {
    const { self } = this.#ownership;
    for (const node of this.#ownership.nodes()) {
      const isOther = node.id !== self && node.phase !== "dead";
      if (isOther && !this.#diallers.has(node.id)) this.#dial(node);
    }
    for (const { node } of [...this.#diallers.values()]) {
      const known = this.#ownership.node(node.id);
      if (known === undefined || known.phase === "dead") this.gone(node);
    }
    for (const { peer } of this.#diallers.values()) peer.recheck();
  }

  gone(node: ClusterNode): void {
    const dialler = this.#diallers.get(node.id);
    if (dialler === undefined) return;
    this.#diallers.delete(node.id);
    dialler.over("its process is gone");
  }

  close(): void {
    for (const dialler of this.#diallers.values()) dialler.over("closed");
    this.#diallers.clear();
  }

  #dial(node: ClusterNode): void {
    const peer = new PeerNode(node.id, this.#host);
    const { self, secret } = this.#ownership;
    const options = { ...this.#options, self, secret };
    this.#diallers.set(node.id, new Dialler(node, peer, options));
  }
}
