// Nodes of a cluster that have no agents: membership, and the storage that it fences.
import assert from "node:assert/strict";
import { clearTimeout, setTimeout } from "node:timers";
import { ClusterStorage } from "../../../cluster/cluster_storage.ts";
import { Membership } from "../../../cluster/membership.ts";
import type { OwnershipListener } from "../../../cluster/ownership.ts";
import { postgresClient } from "../../../cluster/postgres.ts";
import { PostgresEngine } from "../../../cluster/postgres_engine.ts";
import type { AgentAddress } from "../../../src/ports/agent_address.ts";
import { systemClock } from "../../../src/runtime/system_clock.ts";
import { PATIENCE_MS } from "../patience.ts";
import { isPooled } from "./pooled.ts";

/** How a node is made. */
export interface NodeSettings {
  readonly leaseMs?: number;
  readonly schema?: string;
  readonly prepare?: boolean;
  /** Where it says that it listens. */
  readonly address?: string;
  /** Answers `release`. */
  readonly release?: () => Promise<void>;
}

/** What a node has told its listener. */
export type NodeEvent = keyof OwnershipListener;

/** A node, and what it told. */
export class TestNode {
  readonly engine: PostgresEngine;
  readonly member: Membership;
  readonly storage: ClusterStorage;
  readonly events: [NodeEvent, ...unknown[]][] = [];
  #waiting = new Set<() => void>();
  #settings: NodeSettings;

  constructor(url: string, settings: NodeSettings = {}) {
    const { leaseMs = 3000, schema = "roam", prepare } = settings;
    this.#settings = settings;
    this.engine = postgresEngine(url, schema, prepare);
    this.member = new Membership({
      engine: this.engine,
      clock: systemClock,
      leaseMs,
      wire: 1,
      uuid: () => crypto.randomUUID(),
    });
    this.storage = new ClusterStorage(this.member);
  }

  begin(): this {
    const { address = "127.0.0.1:1", release } = this.#settings;
    const note = (name: NodeEvent) => (...args: unknown[]) => {
      this.events.push([name, ...args]);
      for (const wake of this.#waiting) wake();
    };
    this.member.begin(address, {
      changed: note("changed"),
      live: note("live"),
      frozen: note("frozen"),
      gained: note("gained"),
      given: note("given"),
      kept: note("kept"),
      lost: note("lost"),
      gone: note("gone"),
      async release(...args) {
        note("release")(...args);
        await release?.();
      },
    });
    return this;
  }

  /** Resolves when `isSo`, which is asked again after each event. */
  until(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        const { member: { life, state }, events } = this;
        const last = JSON.stringify(events.slice(-5)).slice(0, 1000);
        reject(
          new Error(
            `${isSo} has not come: ${state}, ${life.owned.size} shards, ${last}`,
          ),
        );
      }, PATIENCE_MS);
      // Some wait for one of several nodes, and leave the others' behind.
      late.unref();
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        clearTimeout(late);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** Resolves when it has so many shards. */
  owns(count: number): Promise<void> {
    return this.until(() => this.member.life.owned.size === count);
  }

  count(name: NodeEvent): number {
    return this.events.filter(([event]) => event === name).length;
  }

  /** Nothing but being frozen, as a busy machine has it, has happened to it. */
  assertNothingMoved(): void {
    const events = this.events.map(([event]) => event);
    const others = events.filter((event) =>
      event !== "frozen" && event !== "live"
    );
    assert.deepEqual(others, []);
  }

  /** The address of an instance that this node has. */
  ownAddress(agent = "TestAgent"): AgentAddress {
    if (this.member.life.owned.size === 0) throw new Error("it has none");
    for (let at = 0;; at++) {
      const address = { agent, name: `n${at}` };
      const shard = this.member.shardOf(address);
      if (this.member.life.owned.has(shard)) return address;
    }
  }

  /** Hands everything over, and closes. */
  async leave(): Promise<void> {
    await this.member.leave();
    await this.storage.close();
  }

  /** Goes without a word, as a process that is killed. */
  async vanish(): Promise<void> {
    await this.engine.close();
    await this.member.leave();
  }
}

/** An engine on the database of `url`. */
export function postgresEngine(
  url: string,
  schema = "roam",
  prepare = !isPooled,
): PostgresEngine {
  return new PostgresEngine({
    connect: (max) => postgresClient({ url, prepare, idleMs: 60_000 }, max),
    schema,
    after: systemClock.after,
  });
}
