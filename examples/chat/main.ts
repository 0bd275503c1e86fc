/**
 * A chat with rooms: every room is one instance of `Chat`, named by its URL,
 * `/agents/chat-room/{room}?name={name}`. One file for all runtimes:
 *
 *     deno serve -A examples/chat/main.ts
 *     bun run examples/chat/main.ts
 *     npm start -- workerd
 */
import {
  Agent,
  type Connection,
  type ConnectionContext,
  type WSMessage,
} from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/auto";
import {
  cleanName,
  type Person,
  readFrame,
  type Said,
  type ServerFrame,
} from "./frames.ts";
import { servePage } from "./page.ts";

/** How much of the past somebody who comes late gets to see. */
const HISTORY = 100;

/** What a connection remembers. On Workers it survives hibernation. */
interface Guest {
  readonly name: string;
}

class Chat extends Agent {
  // Lasts as long as the instance is in memory: a restart, a quiet minute in
  // an empty room, or hibernation on Workers, and the room has no past.
  #history: Said[] = [];

  override onConnect(
    connection: Connection<Guest>,
    { request }: ConnectionContext,
  ): void {
    const name = cleanName(new URL(request.url).searchParams.get("name"));
    // Refused before it is accepted, a client sees this code and nothing else.
    if (name === undefined) return connection.close(4000, "Please say a name");
    connection.setState({ name });
    send(connection, {
      type: "welcome",
      you: connection.id,
      people: this.#people(),
      history: this.#history,
    });
    this.#tellOthers(connection, { type: "joined", ...person(connection) });
  }

  override onMessage(connection: Connection<Guest>, message: WSMessage): void {
    const frame = readFrame(message);
    switch (frame.type) {
      case "say":
        return this.#say({
          id: crypto.randomUUID(),
          from: person(connection),
          text: frame.text,
          at: Date.now(),
        });
      case "typing":
        return this.#tellOthers(connection, {
          type: "typing",
          id: connection.id,
          active: frame.active,
        });
      case "invalid":
        return send(connection, { type: "error", error: frame.error });
    }
  }

  override onClose(connection: Connection<Guest>): void {
    // One that was refused never was in the room.
    if (connection.state === null) return;
    this.#tellOthers(connection, { type: "left", ...person(connection) });
  }

  #say(said: Said): void {
    this.#history = [...this.#history, said].slice(-HISTORY);
    this.broadcast(JSON.stringify({ type: "said", ...said }));
  }

  #tellOthers(connection: Connection, frame: ServerFrame): void {
    this.broadcast(JSON.stringify(frame), [connection.id]);
  }

  /** Who is here. The connections know it, whatever the instance has forgotten. */
  #people(): Person[] {
    return [...this.getConnections<Guest>()]
      .filter(({ state }) => state !== null)
      .map(person);
  }
}

function person({ id, state }: Connection<Guest>): Person {
  return { id, name: state!.name };
}

function send(connection: Connection, frame: ServerFrame): void {
  connection.send(JSON.stringify(frame));
}

export const ChatRoom = durable(Chat);
export default serveAgents({ ChatRoom }, { fallback: servePage });
