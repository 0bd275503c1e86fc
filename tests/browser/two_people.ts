import { after, before, test } from "node:test";
import type { BrowserContextOptions } from "playwright-core";
import type { Runtime } from "../targets/targets.ts";
import type { Visitor } from "./visitor.ts";
import { PHONE } from "./phone.ts";

const DESKTOP = { viewport: { width: 1280, height: 900 } };

/** Defines one test. */
type Define = (name: string, run: () => Promise<void>) => void;

/**
 * Has Ada, at a desktop, and Grace, with a phone, `join` an example before its
 * tests and leave after them; both stay for all of the tests. Returns what
 * defines a test of `everywhere`, and one of the `page` alone, which is the
 * same whatever the server runs on.
 */
export function twoPeople<Person extends { readonly visitor: Visitor }>(
  runtime: Runtime,
  join: (name: string, options: BrowserContextOptions) => Promise<Person>,
  joined: (ada: Person, grace: Person) => void,
): { everywhere: Define; page: Define } {
  let people: Person[] = [];
  before(async () => {
    const [ada, grace] = people = await Promise.all([
      join("Ada", DESKTOP),
      join("Grace", PHONE),
    ]);
    joined(ada, grace);
  });
  after(() => Promise.all(people.map(({ visitor }) => visitor.leave())));
  const everywhere: Define = (name, run) => test(`${runtime}: ${name}`, run);
  return { everywhere, page: runtime === "deno" ? everywhere : () => {} };
}
