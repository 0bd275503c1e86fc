import { serveError } from "../protocol/agent_name.ts";
import type { Hook } from "../runtime/invoker.ts";
import { didYouMean, warnOfNearMisses } from "../runtime/near_miss.ts";
import {
  type CallableDeclaration,
  type CallableMetadata,
  type CallableOptions,
  callableOptions,
} from "./callable.ts";
import {
  assertSchemas,
  type Check,
  inputCheck,
  outputCheck,
} from "./schema.ts";

const OPTIONS = [
  "description",
  "streaming",
  "input",
  "output",
] satisfies (keyof CallableOptions)[];

/** A method that clients may call. */
export interface CallableMethod {
  readonly name: string;
  readonly run: Hook;
  readonly metadata: CallableMetadata;
  /** The method's first argument is a `StreamingResponse`. */
  readonly takesStream: boolean;
  readonly input: Check<readonly unknown[]> | undefined;
  readonly output: Check<unknown> | undefined;
}

/** The methods of a class: those that clients may call, and `undefined` for the others. */
export type CallTable = ReadonlyMap<string, CallableMethod | undefined>;

/** A class whose methods clients may call. */
export interface CallableClass {
  readonly name: string;
  readonly prototype: object;
  readonly callable?: CallableDeclaration;
}

/**
 * The table of `agentClass`, none of whose callable methods has a name of
 * `base`. What a client names is looked up in it and nowhere else. Throws a
 * `TypeError` for a declaration that can't be meant.
 */
export function makeCallTable(
  agentClass: CallableClass,
  base: object,
): CallTable {
  const methods = methodsOf(agentClass);
  const options = declared(agentClass);
  for (const [name, method] of methods) {
    const own = callableOptions(method);
    if (own !== undefined) options.set(name, own);
  }
  const table = new Map<string, CallableMethod | undefined>();
  for (const name of methods.keys()) table.set(name, undefined);
  for (const [name, option] of options) {
    const method = methods.get(name);
    const what = `callable "${name}"`;
    const fail = (problem: string): never => {
      throw serveError(agentClass.name, `${what} ${problem}`);
    };
    if (name in base) fail("is a name of the class Agent itself");
    if (method === undefined) {
      const own = [...methods.keys()].filter((name) => !(name in base));
      fail(`is no method of the class${didYouMean(name, own)}`);
    }
    table.set(name, entry(name, method!, option, fail));
    warnOfNearMisses(
      `Agent ${agentClass.name}: ${what} has an option`,
      Object.keys(option),
      OPTIONS,
    );
  }
  return table;
}

/** The callable methods in `table`, as users see them. */
export function callableMethods(
  table: CallTable,
): Map<string, CallableMetadata> {
  const methods = new Map<string, CallableMetadata>();
  for (const [name, method] of table) {
    if (method !== undefined) methods.set(name, method.metadata);
  }
  return methods;
}

function entry(
  name: string,
  run: Hook,
  options: CallableOptions,
  fail: (problem: string) => never,
): CallableMethod {
  if (typeof options !== "object" || options === null) {
    fail("must have an object of options");
  }
  const { description, input, output } = options;
  const generates = isGenerator(run);
  const streams = options.streaming === true || generates;
  assertSchemas(input, output, fail);
  if (output !== undefined && streams) {
    fail("streams, and an output schema is for a single result");
  }
  return {
    name,
    run,
    metadata: {
      ...description === undefined ? undefined : { description },
      ...streams ? { streaming: true } : undefined,
    },
    takesStream: streams && !generates,
    input: input && inputCheck(name, input),
    output: output && outputCheck(name, output),
  };
}

/** All methods by name, those of `Agent` and `Object` too. Getters are not read. */
function methodsOf(agentClass: CallableClass): Map<string, Hook> {
  const seen = new Set<string>();
  const methods = new Map<string, Hook>();
  for (
    let holder: object | null = agentClass.prototype;
    holder !== null;
    holder = Object.getPrototypeOf(holder)
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const { value } = Object.getOwnPropertyDescriptor(holder, name)!;
      if (typeof value === "function") methods.set(name, value);
    }
  }
  return methods;
}

/** What `static callable` says in the class and in its bases; the nearest counts. */
function declared(agentClass: CallableClass): Map<string, CallableOptions> {
  const options = new Map<string, CallableOptions>();
  for (
    let holder: CallableClass = agentClass;
    typeof holder === "function";
    holder = Object.getPrototypeOf(holder)
  ) {
    if (!Object.hasOwn(holder, "callable")) continue;
    const { callable } = holder;
    for (const [name, option] of entries(holder, callable)) {
      if (!options.has(name)) options.set(name, option);
    }
  }
  return options;
}

function entries(
  { name }: CallableClass,
  declaration: CallableDeclaration | undefined,
): [string, CallableOptions][] {
  if (Array.isArray(declaration)) {
    const odd = declaration.find((name) => typeof name !== "string");
    if (odd === undefined) return declaration.map((name) => [name, {}]);
  } else if (typeof declaration === "object" && declaration !== null) {
    return Object.entries(declaration);
  }
  throw serveError(
    name,
    "static callable must be an array of names, or an object of options by name",
  );
}

function isGenerator(method: Hook): boolean {
  const tag = Object.prototype.toString.call(method);
  return tag === "[object AsyncGeneratorFunction]" ||
    tag === "[object GeneratorFunction]";
}
