// What adapters/deno.ts uses of Deno, for a compiler that does not know it.
declare namespace Deno {
  interface UpgradeWebSocketOptions {
    protocol?: string;
    idleTimeout?: number;
  }
  interface WebSocketUpgrade {
    // deno-lint-ignore no-explicit-any -- Deno's own types are checked by `deno check`
    socket: any;
    response: Response;
  }
  function upgradeWebSocket(
    request: Request,
    options?: UpgradeWebSocketOptions,
  ): WebSocketUpgrade;
}
