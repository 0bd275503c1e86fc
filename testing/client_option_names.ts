import type { AgentClientOptions } from "../src/client/options.ts";
import { warnOfNearMisses } from "../src/runtime/near_miss.ts";

/** All options of `AgentClient`. */
const NAMES: Record<keyof AgentClientOptions, true> = {
  agent: true,
  name: true,
  host: true,
  protocol: true,
  prefix: true,
  basePath: true,
  path: true,
  query: true,
  protocols: true,
  id: true,
  cursor: true,
  startClosed: true,
  WebSocket: true,
  fetch: true,
  messages: true,
  defaultCallTimeout: true,
  connectionTimeout: true,
  minReconnectionDelay: true,
  maxReconnectionDelay: true,
  reconnectionDelayGrowFactor: true,
  minUptime: true,
  maxRetries: true,
  maxEnqueuedMessages: true,
  heartbeatInterval: true,
  shouldReconnectOnClose: true,
  throttle: true,
  onStateUpdate: true,
  onStateUpdateError: true,
  onConflict: true,
  onIdentity: true,
  onIdentityChange: true,
  onConnectionError: true,
  onMcpUpdate: true,
  disableNameValidation: true,
  debug: true,
  debugLogger: true,
};

/**
 * Warns of what is nearly an option of `AgentClient`. The client itself does
 * not: a page would load that code, too.
 */
export function warnOfMisspeltClientOptions(options: object): void {
  const names = [...Object.keys(NAMES), "headers"];
  warnOfNearMisses("AgentClient has an option", Object.keys(options), names);
}
