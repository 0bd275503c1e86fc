/**
 * A chat with rooms: every room is one instance of `Chat`, named by its URL,
 * `/agents/chat-room/{room}?name={name}`. One file for all runtimes:
 *
 *     npm start -- chat deno
 *     npm start -- chat bun
 *     npm start -- chat workerd
 *
 * What lives how long: the topic is the room's state, what was said is in its
 * database, who is here is what its connections know, and who is typing is
 * nowhere but on its way.
 */
import {
  Agent,
  type Connection,
  type ConnectionContext,
  getCurrentAgent,
  type WSMessage,
} from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/auto";
import { cleanName } from "../shared/name.ts";
import { servePage } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import body from "./page/body.html" with { type: "text" };
import {
  type Person,
  readId,
  readText,
  readTyping,
  type ServerFrame,
} from "./frames.ts";
import { History } from "./history.ts";

/** What all see, and may change. */
interface Room {
  readonly topic: string;
}

/** What a connection knows. On Workers it survives hibernation. */
interface Guest {
  readonly name: string;
}

class Chat extends Agent<unknown, Room> {
  static callable = { say: { description: "Says something to all" } };

  override initialState: Room = { topic: "" };
  #history = new History(this);

  override onStart(): void {
    this.#history.open();
  }

  override onConnect(
    connection: Connection<Guest>,
    { request }: ConnectionContext,
  ): void {
    const name = cleanName(new URL(request.url).searchParams.get("name"));
    // Refused before it is accepted, a client sees this code and nothing else.
    if (name === undefined) return connection.close(4000, "Please say a name");
    connection.setState({ name });
    const welcome: ServerFrame = {
      type: "welcome",
      you: connection.id,
      people: this.#people(),
      history: this.#history.all(),
    };
    connection.send(JSON.stringify(welcome));
    this.#tellOthers(connection, { type: "joined", ...person(connection) });
  }

  override onMessage(connection: Connection<Guest>, message: WSMessage): void {
    const active = readTyping(message);
    if (active === undefined) return;
    const { id } = connection;
    this.#tellOthers(connection, { type: "typing", id, active });
  }

  override onClose(connection: Connection<Guest>): void {
    // One that was refused never was in the room.
    if (connection.state === null) return;
    this.#tellOthers(connection, { type: "left", ...person(connection) });
  }

  override validateStateChange(next: Room): void {
    const { topic, ...others } = next ?? {};
    if (
      typeof topic === "string" && topic.length <= 100 &&
      Object.keys(others).length === 0
    ) return;
    throw new RangeError("A room has a topic of at most 100 characters");
  }

  /**
   * Called by clients. The answer is their receipt: the message is stored. A
   * client that got none says the same again, with the same `id`.
   */
  say(id: string, text: string): void {
    const { connection } = getCurrentAgent();
    const said = {
      id: readId(id),
      from: person(connection as Connection<Guest>),
      text: readText(text),
      at: Date.now(),
    };
    if (!this.#history.add(said)) return;
    this.broadcast(JSON.stringify({ type: "said", ...said }));
  }

  #tellOthers(connection: Connection, frame: ServerFrame): void {
    this.broadcast(JSON.stringify(frame), [connection.id]);
  }

  #people(): Person[] {
    return [...this.getConnections<Guest>()]
      .filter(({ state }) => state !== null)
      .map(person);
  }
}

function person({ id, state }: Connection<Guest>): Person {
  return { id, name: state!.name };
}

export const ChatRoom = durable(Chat);
export default serveAgents({ ChatRoom }, {
  fallback: servePage({ title: "Roam chat", body, style, script }),
});
