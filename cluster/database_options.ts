/** What can be said about the database of a cluster. */
export interface PostgresDatabaseOptions {
  /** Milliseconds after which the others take over what a process has that is not heard of, and its sockets close. From 1,000 to 600,000. Default 10,000. */
  readonly lease?: number | undefined;
  /** The schema that all tables are in. Clusters of different schemas know nothing of each other. Default `"roam"`. */
  readonly schema?: string | undefined;
  /** Whether statements are prepared once for each connection. `false` behind a pooler in transaction mode, such as PgBouncer. Default `true`. */
  readonly prepare?: boolean | undefined;
}
