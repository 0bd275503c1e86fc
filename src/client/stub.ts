/** What consoles, test runners and React look for on any object. */
const FOREIGN = /^(@@|\$\$|(toJSON|prototype|asymmetricMatch|nodeType)$)/;

/**
 * An object on which every method is a call: `stub.rename("x")` calls
 * `call("rename", ["x"])`. Names that the language and its tools look for on
 * any object or promise, such as `then` and `toJSON`, are no methods.
 *
 * @example
 * ```ts
 * import { AgentClient, createStubProxy } from "@roam/agents/client";
 *
 * const client = new AgentClient({ agent: "Chat", host: "localhost:3000" });
 * const logged = createStubProxy<{ rename(topic: string): Promise<void> }>(
 *   (method, args) => {
 *     console.log(method, args);
 *     return client.call(method, args);
 *   },
 * );
 * await logged.rename("weather");
 * ```
 */
export function createStubProxy<Stub = Record<string, unknown>>(
  call: (method: string, args: unknown[]) => unknown,
): Stub {
  return new Proxy({}, {
    get: (_, method) =>
      typeof method === "symbol" || method in Promise.prototype ||
        FOREIGN.test(method)
        ? undefined
        : (...args: unknown[]) => call(method, args),
  }) as Stub;
}
