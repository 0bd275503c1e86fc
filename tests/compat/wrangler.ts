/** What a `wrangler.jsonc` says, as far as a server needs it. */
export interface Wrangler {
  readonly main: string;
  readonly compatibility_flags: readonly string[];
  readonly durable_objects: {
    readonly bindings: readonly {
      readonly name: string;
      readonly class_name: string;
    }[];
  };
  readonly migrations: readonly {
    readonly new_sqlite_classes: readonly string[];
  }[];
}

/** The classes of Durable Objects, by the names of their bindings. */
export function objectsOf(wrangler: Wrangler): Record<string, string> {
  const stored = wrangler.migrations.flatMap(({ new_sqlite_classes }) =>
    new_sqlite_classes
  );
  const { bindings } = wrangler.durable_objects;
  return Object.fromEntries(bindings.map(({ name, class_name }) => {
    if (stored.includes(class_name)) return [name, class_name];
    throw new Error(`${class_name} is not one of new_sqlite_classes`);
  }));
}
