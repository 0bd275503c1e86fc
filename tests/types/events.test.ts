import { test } from "node:test";
import type { AgentClient, EventsOf } from "../../client.ts";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import type { UseAgentResult } from "../../react.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;
function is<_ extends true>(): void {}

interface ChatEvents {
  said: { text: string; at: Date };
  cleared: undefined;
}

class ChatAgent extends Agent<unknown, { topic: string }> {
  declare events: ChatEvents;

  override onConnect(connection: Connection<unknown, ChatEvents>): void {
    connection.emit("said", { text: "welcome", at: new Date() });
    connection.emit("cleared");
    // @ts-expect-error -- there is no such event
    connection.emit("sung", { text: "la" });
    // @ts-expect-error -- its data has more
    connection.emit("said", { text: "la" });
  }

  override onMessage({ id }: Connection, message: WSMessage): void {
    const at = new Date();
    this.emit("said", { text: String(message), at }, [id]);
    this.emit("cleared");
    this.emit("cleared", undefined, [id]);
    // @ts-expect-error -- there is no such event
    this.emit("sung", { text: "la" });
    // @ts-expect-error -- its data has more
    this.emit("said", { text: "la" });
    // @ts-expect-error -- its data is missing
    this.emit("said");
  }
}

class Plain extends Agent {
  override onMessage(connection: Connection): void {
    this.emit("anything", [1]);
    this.emit("anything");
    connection.emit("anything", { n: 1 });
    // @ts-expect-error -- a name is a text
    this.emit(1);
  }
}

class Generic<State> extends Agent<unknown, State> {
  declare readonly events: { told: string };
  tell(text: string): void {
    this.emit("told", text);
  }
}

class Special extends Generic<number> {
  more(): void {
    this.emit("told", "more");
    // @ts-expect-error -- it is a text
    this.emit("told", 1);
  }
}

test("emit() takes the events that the class declares, or any", () => {
  void [ChatAgent, Plain, Special];
  const check = (agent: ChatAgent) => agent.emit("cleared");
  void check;
});

test("client.on() knows the events of the class, as they arrive", () => {
  const check = (
    client: AgentClient<ChatAgent>,
    result: UseAgentResult<typeof ChatAgent>,
  ) => {
    const stop = client.on("said", (data) => {
      is<Same<typeof data, { text: string; at: string }>>();
    });
    is<Same<typeof stop, () => void>>();
    client.on("cleared", (data) => is<Same<typeof data, undefined>>());
    result.on("said", ({ text }) => text.length);
    // @ts-expect-error -- there is no such event
    client.on("sung", () => {});
    // @ts-expect-error -- a date arrives as a text
    client.on("said", ({ at }: { at: Date }) => at);
  };
  void check;
});

test("client.on() takes any event where no class says them", () => {
  const check = (
    state: AgentClient<{ topic: string }>,
    plain: AgentClient<Plain>,
    nothing: AgentClient,
  ) => {
    state.on("said", ({ text }: { text: string }) => text);
    plain.on("said", (text: string) => text);
    nothing.on("said", (data) => data);
  };
  void check;
  // deno-lint-ignore no-explicit-any -- as it is
  is<Same<EventsOf<Plain>, Record<string, any>>>();
});
