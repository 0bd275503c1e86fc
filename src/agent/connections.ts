import type { Connection } from "./connection.ts";
import type { Link } from "./link.ts";

const WELL_FORMED_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The live connections of one instance: those that are not closing. */
export class Connections {
  /** Made for the first connection: most instances in memory have none. */
  #byId: Map<string, Link> | undefined;

  get size(): number {
    return this.#byId?.size ?? 0;
  }

  /** Gives `link` the id its client asked for, if that is well-formed and free, else a new one. */
  add(link: Link, wanted: string | null): void {
    const usable = wanted !== null && WELL_FORMED_ID.test(wanted) &&
      !this.#byId?.has(wanted);
    link.id = usable ? wanted : crypto.randomUUID();
    this.restore(link);
  }

  /** Takes back a connection that has its id. */
  restore(link: Link): void {
    (this.#byId ??= new Map()).set(link.id, link);
  }

  /** Removes this very connection; another one with its id stays. */
  delete(link: Link): void {
    if (this.#byId?.get(link.id) === link) this.#byId.delete(link.id);
  }

  get(id: string): Connection | undefined {
    return this.#byId?.get(id)?.connection;
  }

  links(): Iterable<Link> {
    return this.#byId?.values() ?? [];
  }

  link(id: string): Link | undefined {
    return this.#byId?.get(id);
  }

  /** Those with `tag`, or all. Stays right when connections come and go meanwhile. */
  *list(tag?: string): Generator<Connection, void, unknown> {
    for (const link of this.links()) {
      if (tag === undefined || link.tags.includes(tag)) yield link.connection;
    }
  }
}
