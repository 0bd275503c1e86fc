import { AgentClient, type AgentClientOptions } from "../../client.ts";
import { once, until } from "../support/clients/events.ts";
import type {
  FakeConnection,
  FakeServer,
} from "../support/network/fake_server.ts";

/** The state of the clients here. */
export interface Count {
  n: number;
  by?: string;
}

/** What `onStateUpdate` has heard. */
export type Updates = [Count, string][];

/** A client of `server` that dials again at once. */
export function createClient(
  server: FakeServer,
  options: Partial<AgentClientOptions> = {},
): AgentClient {
  return new AgentClient({ ...settings(server), ...options });
}

function settings({ host }: FakeServer) {
  return { agent: "TestAgent", name: "test", host, minReconnectionDelay: 1 };
}

/** A client of a state, the server's end of its connection, and what it is told. */
export async function connectTo(
  server: FakeServer,
  options: Partial<AgentClientOptions<Count>> = {},
): Promise<[AgentClient<Count>, FakeConnection, Updates]> {
  const updates: Updates = [];
  const client = new AgentClient<Count>({
    ...settings(server),
    onStateUpdate: (state, source) => updates.push([state, source]),
    ...options,
  });
  return [client, await server.connection(), updates];
}

/** One that knows revision 5, and the value 5. */
export async function knownTo(
  server: FakeServer,
  options?: Partial<AgentClientOptions<Count>>,
): Promise<[AgentClient<Count>, FakeConnection, Updates]> {
  const parts = await connectTo(server, options);
  parts[1].greet(5, { n: 5 });
  await until(parts[0], () => parts[0].state?.n === 5);
  parts[2].length = 0;
  return parts;
}

/** Breaks a connection. Resolves when the client knows. */
export async function lose(
  client: AgentClient<Count>,
  connection: FakeConnection,
): Promise<void> {
  const closed = once(client, "close");
  connection.cut();
  await closed;
}
