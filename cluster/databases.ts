import type {
  AgentAddress,
  SqlLimits,
  StoredSqlDatabase,
} from "../src/ports/storage.ts";
import { OpenDatabases } from "../storage/open_databases.ts";
import { PagedDatabase } from "../storage/paged_database.ts";
import { TemporaryFolder } from "../storage/temporary_folder.ts";
import { keyOf } from "./batcher.ts";
import type { StoredDatabase, StoredPages } from "./engine.ts";
import { Exclusive } from "./exclusive.ts";

/** Reads all of a database. */
export type ReadPages = (database: StoredDatabase) => Promise<StoredPages>;

/** The databases of the instances that are in memory here, in a folder for temporary files. */
export class Databases {
  #read: ReadPages;
  /** Those of instances that are starting. */
  #found = new Map<string, StoredDatabase>();
  #all = new Set<PagedDatabase>();
  #open: OpenDatabases | undefined;
  #folder: TemporaryFolder | undefined;
  /** One is read at a time: each may be large. */
  #reading = new Exclusive();
  #files = 0;

  constructor(read: ReadPages) {
    this.#read = read;
  }

  /** Of these instances, which are starting, `databases` are stored. */
  found(
    addresses: readonly AgentAddress[],
    databases: readonly StoredDatabase[],
  ): void {
    for (const address of addresses) this.#found.delete(keyOf(address));
    for (const database of databases) {
      this.#found.set(keyOf(database.address), database);
    }
  }

  /** A promise only where one is stored. */
  open(
    address: AgentAddress,
    limits: SqlLimits,
  ): StoredSqlDatabase | Promise<StoredSqlDatabase> {
    const key = keyOf(address);
    const stored = this.#found.get(key);
    this.#found.delete(key);
    if (stored === undefined) return this.#add(this.#make(address, limits, 0));
    return this.#reading.run(async () => {
      const { count, pages } = await this.#read(stored);
      const database = this.#make(address, limits, count);
      if (count > 0) database.fill(pages);
      return this.#add(database);
    });
  }

  /** Removes all files. */
  close(): void {
    for (const database of this.#all) database.close();
    this.#folder?.remove();
  }

  #add(database: PagedDatabase): PagedDatabase {
    this.#all.add(database);
    return database;
  }

  #make(
    { agent, name }: AgentAddress,
    { databaseBytes, openDatabases }: SqlLimits,
    count: number,
  ): PagedDatabase {
    const file = this.#files++;
    const database: PagedDatabase = new PagedDatabase({
      path: () =>
        `${(this.#folder ??= new TemporaryFolder()).path}/${file}.sqlite`,
      what: `the database of ${agent} ${JSON.stringify(name)}`,
      count,
      maxBytes: databaseBytes,
      open: this.#open ??= new OpenDatabases(openDatabases),
      onClose: () => this.#all.delete(database),
    });
    return database;
  }
}
