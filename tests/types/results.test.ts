import { test } from "node:test";
import type { AgentClient } from "../../client.ts";
import { Agent, type StreamingResponse } from "../../mod.ts";
import { durable } from "../../adapters/auto.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;
function is<_ extends true>(): void {}

interface Entry {
  at: Date;
  tags: string[];
  note?: string;
  render(): string;
}

class Calendar extends Agent<unknown, { at: Date; list: string[] }> {
  static callable = ["add", "rename", "when", "entries", "map", "nested"];

  add(a: number, b: number): number {
    return a + b;
  }
  rename(name: string): void {
    void name;
  }
  when(): Date {
    return new Date();
  }
  entries(): Promise<{ list: Entry[]; pair: [Date, number] }> {
    throw new Error("never run");
  }
  map(): Map<string, number> {
    return new Map();
  }
  nested(): { at: number; seen: Set<string> } {
    throw new Error("never run");
  }
  unknown(): unknown {
    return 1;
  }
  either(): string | Date | undefined {
    return undefined;
  }
  message(): { name: string; message: string } {
    return { name: "", message: "" };
  }
  maybe(a: string | undefined, b?: number): void {
    void [a, b];
  }
  plan(at: Date, more: { until?: Date }): void {
    void [at, more];
  }
  async tell(stream: StreamingResponse, text: string): Promise<void> {
    await Promise.resolve();
    stream.send(text);
  }
  async *dates(): AsyncGenerator<Date, { last: Date }> {
    yield await Promise.resolve(new Date());
    return { last: new Date() };
  }
}
const CalendarAgent = durable(Calendar);
type CalendarAgent = Calendar;

test("A result has the type that it has as JSON", () => {
  const check = async (client: AgentClient<CalendarAgent>) => {
    const when = await client.call("when");
    is<Same<typeof when, string>>();
    const { list, pair } = await client.call("entries");
    is<Same<typeof list[0]["at"], string>>();
    is<Same<typeof list[0]["note"], string | undefined>>();
    // @ts-expect-error -- functions do not travel
    list[0].render;
    is<Same<typeof pair, [string, number]>>();
    const either = await client.stub.either();
    is<Same<typeof either, string | undefined>>();
    const anything = await client.call("unknown");
    is<Same<typeof anything, unknown>>();
    const message = await client.call("message");
    is<Same<typeof message, { name: string; message: string }>>();
    for await (const date of client.stream("dates")) {
      is<Same<typeof date, string>>();
    }
    const { last } = await client.call("dates");
    is<Same<typeof last, string>>();
    // @ts-expect-error -- the server can't send one
    const map: Map<string, number> = await client.call("map");
    // @ts-expect-error -- nor one in something else
    const { seen }: { seen: Set<string> } = await client.stub.nested();
    void [map, seen];
    is<Same<typeof client.state, { at: string; list: string[] } | undefined>>();
  };
  void check;
});

test("Arguments are checked, also of a call that says what comes back", () => {
  const check = (client: AgentClient<CalendarAgent>) => {
    client.call("add", [1, 2]);
    // @ts-expect-error -- they are missing
    client.call("add");
    // @ts-expect-error -- one is missing
    client.call("add", [1]);
    // @ts-expect-error -- these are none of its
    client.call("rename", [1, 2, 3]);
    // @ts-expect-error -- there is no such method
    client.call("remove");
    // @ts-expect-error -- nor for whoever says what comes back
    client.call<number>("remove");
    const said: Promise<number> = client.call<number>("add", [1, 2]);
    client.call("maybe");
    client.call("maybe", [undefined]);
    // @ts-expect-error -- a date would arrive as a string
    client.call("plan", [new Date(), {}]);
    // @ts-expect-error -- also in something else
    client.stub.plan("now", { until: new Date() });
    const told: Promise<void> = client.call("tell", ["x"], { stream: {} });
    void [said, told];
  };
  void check;
});

test("AgentClient<typeof ChatAgent> is AgentClient<ChatAgent>", () => {
  const check = async (client: AgentClient<typeof CalendarAgent>) => {
    const when = await client.stub.when();
    is<Same<typeof when, string>>();
    is<Same<typeof client.state, { at: string; list: string[] } | undefined>>();
  };
  void [check, CalendarAgent];
});

test("this.state is readonly, all through, and is taken by setState()", () => {
  interface State {
    list: { n: number; tags: string[] }[];
    pair: [number, string];
    byName: Record<string, { n: number }>;
    any: unknown;
  }
  class Kept extends Agent<unknown, State> {
    check(): void {
      const { state } = this;
      // @ts-expect-error -- it is frozen
      state.list = [];
      // @ts-expect-error -- and so are its parts
      state.list[0].n = 1;
      // @ts-expect-error -- and theirs
      state.list[0].tags.push("");
      // @ts-expect-error -- whatever they are
      state.byName.x.n = 1;
      // @ts-expect-error -- also tuples
      state.pair[0] = 1;
      this.setState({ ...state, list: [...state.list, { n: 1, tags: [] }] });
      this.setState((last) => ({ ...last, any: 1 }));
      const mutable: State = { list: [], pair: [1, ""], byName: {}, any: 1 };
      this.setState(mutable);
      // @ts-expect-error -- parts of it are missing
      this.setState({ list: [] });
    }
  }
  void Kept;
});
