import {
  Agent,
  CallError,
  type Connection,
  type ConnectionContext,
  getCurrentAgent,
} from "@roam/agents";
import { cleanName } from "../shared/name.ts";
import { History } from "./history.ts";
import { type Person, readId, readText, type Said } from "./said.ts";

/** What all see, and may change. */
interface Topic {
  readonly topic: string;
}

/** What a connection knows. On Workers it survives hibernation. */
interface Guest {
  readonly name: string;
}

/** What the others see of somebody. */
export interface Shown extends Guest {
  readonly isTyping: boolean;
}

/**
 * A room of the chat: every room is one instance, named by its URL,
 * `/agents/chat-room/{room}?name={name}`.
 *
 * What lives how long: the topic is the room's state, what was said is in its
 * database, and who is here, and who is typing, is presence, which is kept
 * nowhere.
 */
export class Chat extends Agent<unknown, Topic> {
  declare events: {
    welcome: { you: Person; history: readonly Said[] };
    said: Said;
  };
  static callable = { say: { description: "Says something to all" } };

  override initialState: Topic = { topic: "" };
  #history = new History(this);

  override onStart(): void {
    this.#history.open();
  }

  override onConnect(
    connection: Connection<Guest, this["events"]>,
    { request }: ConnectionContext,
  ): void {
    const name = cleanName(new URL(request.url).searchParams.get("name"));
    // Refused before it is accepted, a client sees this code and nothing else.
    if (name === undefined) return connection.close(4000, "Please say a name");
    connection.setState({ name });
    const history = this.#history.all();
    connection.emit("welcome", { you: person(connection), history });
  }

  /** Nobody is listed under another name than the one that they speak by. */
  override onPresence(
    { state }: Connection<Guest>,
    shown: Pick<Shown, "isTyping">,
  ): Shown {
    return { name: state!.name, isTyping: Object(shown).isTyping === true };
  }

  override validateStateChange(next: Topic): void {
    const { topic, ...others } = next ?? {};
    if (
      typeof topic === "string" && topic.length <= 100 &&
      Object.keys(others).length === 0
    ) return;
    throw new CallError(
      "INVALID",
      "A room has a topic of at most 100 characters",
    );
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
    if (this.#history.add(said)) this.emit("said", said);
  }
}

function person({ id, state }: Connection<Guest>): Person {
  return { id, name: state!.name };
}
