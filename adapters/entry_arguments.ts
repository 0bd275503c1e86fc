import type { HostOptions } from "../src/host/host.ts";
import type { EntryOptions } from "../src/host/serve.ts";

/** Those of `serveAgents` of which TypeScript knows more than JavaScript asks. */
type Checked = keyof HostOptions | keyof EntryOptions<[]>;

const isFunction = (value: unknown) => typeof value === "function";

/** What some options must be, and how to tell. */
const RULES: [
  options: Checked[],
  must: string,
  isRight: (value: unknown) => boolean,
][] = [
  [
    ["onBeforeConnect", "onBeforeRequest", "onEvent"],
    "be a function",
    isFunction,
  ],
  [
    ["fallback"],
    'be a function, or have a method "fetch"',
    (value) => isFunction(value) || isFunction(Object(value).fetch),
  ],
  [
    ["allowedOrigins"],
    'be a list, or "*"',
    (value) => value === "*" || Array.isArray(value),
  ],
  [["allowedHosts"], "be a list", Array.isArray],
  [
    ["cors"],
    "be true or headers",
    (value) => typeof value === "boolean" || typeof value === "object",
  ],
  [
    ["storage"],
    'be a folder, "memory" or a Storage',
    (value) => typeof value === "string" || isFunction(Object(value).commit),
  ],
];

/** Throws a `TypeError` for arguments of `serveAgents` that no type checker has seen. */
export function assertArguments(
  classes: unknown,
  options: { readonly [N in Checked]?: unknown },
): void {
  // A class, or a list, has keys too, but not those that were meant.
  if (kindOf(classes) !== "object") {
    throw new TypeError(
      `Cannot serve: classes must be an object, as in serveAgents({ ChatAgent }): received ${
        kindOf(classes)
      }`,
    );
  }
  for (const [names, must, isRight] of RULES) {
    for (const name of names) {
      const value = options[name];
      if (value === undefined || isRight(value)) continue;
      throw new TypeError(
        `Cannot serve: ${name} must ${must}: received ${kindOf(value)}`,
      );
    }
  }
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
}
