import type { StandardSchema } from "../ports/standard_schema.ts";

/** What a class may say about a method that clients may call. */
export interface CallableOptions extends CallableMetadata {
  /**
   * Checks the arguments, and replaces them by what it makes of them: one
   * schema for the list of all (a tuple), or a list of schemas, one for each.
   * What they refuse is answered with the error `INVALID_ARGUMENT`, and the
   * method does not run. Default: any arguments.
   */
  readonly input?: StandardSchema | readonly StandardSchema[];
  /**
   * Checks the result, and replaces it by what it makes of it: keys that the
   * schema does not know stay on the server, for instance. A result that it
   * refuses is a mistake of the agent, `FAILED`. Not for methods that stream.
   */
  readonly output?: StandardSchema;
}

/** What {@linkcode Agent.getCallableMethods} tells about a method. */
export interface CallableMetadata {
  /** What the method does, for people and for models. */
  readonly description?: string;
  /** The method takes a {@linkcode StreamingResponse} as its first argument. Default `false`; a generator needs neither. */
  readonly streaming?: boolean;
}

/** What `static callable` of an agent class may be: names, or options by name. */
export type CallableDeclaration =
  | readonly string[]
  | Readonly<Record<string, CallableOptions>>;

/** The decorator that {@linkcode callable} makes. */
export type CallableDecorator = <
  // deno-lint-ignore no-explicit-any -- any method
  Method extends (this: any, ...args: any[]) => unknown,
>(method: Method, context: ClassMethodDecoratorContext) => void;

const marked = new WeakMap<object, CallableOptions>();

/**
 * Lets clients call the decorated method. It is a standard decorator, which
 * Deno and Bun run as it is, and esbuild translates (`--target=es2022`) for
 * Workers; `static callable = ["add"]` does the same without.
 *
 * Subclasses inherit it; one that overrides the method decides anew. Throws a
 * `TypeError` for what no client can call: static, private and symbol-named
 * methods, getters, and fields.
 *
 * @example
 * ```ts
 * import { Agent, callable } from "@roam/agents";
 *
 * class Calculator extends Agent {
 *   @callable({ description: "Adds two numbers" })
 *   add(a: number, b: number): number {
 *     return a + b;
 *   }
 * }
 * ```
 */
export function callable(options: CallableOptions = {}): CallableDecorator {
  return (method, context) => {
    if (typeof context !== "object" || context?.kind !== "method") {
      throw new TypeError(
        "Cannot make this callable: @callable() must be a standard decorator of a method: received " +
          (typeof context === "object"
            ? `a ${context?.kind}`
            : "one of TypeScript's experimentalDecorators"),
      );
    }
    const { name } = context;
    if (context.static || context.private || typeof name === "symbol") {
      throw new TypeError(
        `Cannot make ${
          String(name)
        } callable: it must be a public method of the instance`,
      );
    }
    marked.set(method, options);
  };
}

/** What `@callable()` said about this very function, if anything. */
export function callableOptions(method: object): CallableOptions | undefined {
  return marked.get(method);
}
