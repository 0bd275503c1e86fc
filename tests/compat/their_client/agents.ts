import { Agent, type Connection, type WSMessage } from "../../../mod.ts";
import { EchoAgent } from "../../fixtures/small_agents.ts";
import { StateAgent } from "../../fixtures/state_agents.ts";

/** Has state, and methods that read and change it. `["keep", 1]` keeps something on the connection. */
export class RoomAgent extends StateAgent {
  static callable = ["put", "read"];

  override async onMessage(
    connection: Connection<unknown[]>,
    message: WSMessage,
  ): Promise<void> {
    const [command, item] = JSON.parse(message as string);
    if (command !== "keep") return await super.onMessage(connection, message);
    if (connection.state === null) connection.setState([item]);
    else connection.setState((kept) => [...kept ?? [], item]);
    connection.send(JSON.stringify({ keep: connection.state }));
  }

  read(): unknown {
    return this.state;
  }
}

/** Keeps its name to itself. */
export class SilentAgent extends RoomAgent {
  static override options = { sendIdentityOnConnect: false };
}

/** Takes its time to greet, and tells what it knows of the client with each answer. */
export class BurstAgent extends Agent {
  override initialState = { open: true };

  override async onConnect(connection: Connection<string>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    connection.setState("greeted");
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    connection.send(`${connection.state} ${message}`);
  }
}

/** Closes with what the query says, if anything: before it accepts, or when it is told to. */
export class DoorAgent extends Agent {
  static callable = ["wait"];

  override onConnect(connection: Connection): void {
    const query = new URL(connection.uri!).searchParams;
    if (query.has("throw")) throw new Error("secret of onConnect");
    const code = query.get("refuse");
    if (code !== null) connection.close(Number(code), "refused");
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    connection.close(Number(message), "as told");
  }

  wait(): Promise<never> {
    return new Promise(() => {});
  }
}

// Names of all spellings.
export class MY_AGENT extends EchoAgent {}
export class My_Agent extends EchoAgent {}
export class HTTPServer extends EchoAgent {}
export class TestOAuthAgent extends EchoAgent {}
export class agent2B extends EchoAgent {}
export class otherAgent_ extends EchoAgent {}
