import type { ExampleApp } from "../shared/example_app.ts";

/** An example, as the gallery shows it. */
export interface Shown {
  readonly name: string;
  readonly title: string;
  readonly shows: string;
  readonly attempt: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** `undefined` for one that has to be started by itself. */
  readonly app: ExampleApp | undefined;
}
