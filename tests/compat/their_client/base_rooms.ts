import type {
  FakeConnection,
  FakeServer,
} from "../../support/network/fake_server.ts";

/** Rooms as Cloudflare's server keeps them: a state goes to everybody but its writer. */
export class BaseRooms {
  #rooms = new Map<string, Room>();

  /** Serves whoever comes. */
  async serve(server: FakeServer): Promise<never> {
    while (true) {
      const connection = await server.connection();
      const { pathname } = connection.url;
      const room = this.#rooms.get(pathname) ?? new Room();
      this.#rooms.set(pathname, room);
      room.serve(connection);
    }
  }
}

class Room {
  #state: unknown = { count: 0 };
  #connections = new Set<FakeConnection>();

  async serve(connection: FakeConnection): Promise<void> {
    this.#connections.add(connection);
    connection.greetBase(this.#state);
    while (!connection.isGone) {
      const frame = await connection.next().catch(() => undefined);
      if (frame !== undefined) this.#answer(connection, frame);
    }
    this.#connections.delete(connection);
  }

  /** Obeys what the tests send: a state, or a command of theirs. */
  #answer(
    connection: FakeConnection,
    frame: { state: unknown } | [command: "get" | "set", state?: unknown],
  ): void {
    if (!Array.isArray(frame)) return this.#set(frame.state, connection);
    const [command, state] = frame;
    if (command === "set") this.#set(state);
    connection.send({ [command]: command === "get" ? this.#state : null });
  }

  #set(state: unknown, writer?: FakeConnection): void {
    this.#state = state;
    for (const connection of this.#connections) {
      if (connection === writer) continue;
      connection.send({ state, type: "cf_agent_state" });
    }
  }
}
