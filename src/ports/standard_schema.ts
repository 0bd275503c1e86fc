/**
 * The part of a Standard Schema (https://standardschema.dev) that the library
 * uses: schemas of Zod, Valibot, ArkType and others have it.
 */
export interface StandardSchema<Output = unknown> {
  /** What the standard asks a schema to have. */
  readonly "~standard": {
    /** Of the standard. */
    readonly version: 1;
    /** The schema's library. */
    readonly vendor: string;
    /** Checks `value`: the result has its value, perhaps another one, or the issues. */
    readonly validate: (
      value: unknown,
    ) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

/** What a check found: a value, or what is wrong. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong, and where. */
export interface SchemaIssue {
  /** For people. */
  readonly message: string;
  /** The keys that lead to it. */
  readonly path?:
    | readonly (PropertyKey | { readonly key: PropertyKey })[]
    | undefined;
}
