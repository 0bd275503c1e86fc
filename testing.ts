/**
 * Tests agents without ports and processes: sockets are in memory, a storage
 * outlives restarts, and time passes when the test says so. Works under
 * `node:test`, `deno test`, `bun test` and Vitest.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { createTestHost } from "@roam/agents/testing";
 *
 * class Counter extends Agent<unknown, { count: number }> {
 *   static callable = ["add"];
 *   override initialState = { count: 0 };
 *   add(n: number) {
 *     this.setState(({ count }) => ({ count: count + n }));
 *   }
 * }
 *
 * const host = createTestHost({ Counter });
 * const client = host.client<Counter>("Counter", "one");
 * await client.call("add", [2]);
 * await host.restart({ crash: true });
 * await client.ready;
 * console.log(client.state);
 * client.close();
 * await host.close();
 * ```
 *
 * @module
 */
export type { StorageOption } from "./adapters/open_storage.ts";
export { TestClock } from "./testing/test_clock.ts";
export {
  createTestHost,
  type TestConnectOptions,
  TestHost,
  type TestHostOptions,
} from "./testing/test_host.ts";
export { type TestClose, TestSocket } from "./testing/test_socket.ts";
export {
  TestWebSocket,
  type TestWebSocketOptions,
} from "./testing/test_web_socket.ts";
