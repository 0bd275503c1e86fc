// Type-checked, never run. `@ts-expect-error` marks what must not compile.
import {
  Agent,
  type AgentHandle,
  callable,
  type CallableDeclaration,
  createHost,
  type Host,
  type StreamingResponse,
} from "../../mod.ts";
import type {
  AgentMember,
  AgentStub,
  ArgsOf,
  CallableMethods,
  CallableNames,
  ChunkOf,
  ResultOf,
} from "../../client.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;
function same<_T extends true>(): void {}

class Base extends Agent {
  inherited(flag?: boolean): string {
    return String(flag);
  }
}

class Some extends Base {
  static callable = { add: { description: "Adds" }, push: { streaming: true } };
  field = 1;
  #hidden(): void {}
  add(a: number, b: number): number {
    this.#hidden();
    return a + b;
  }
  async later(text: string): Promise<{ text: string }> {
    return await Promise.resolve({ text });
  }
  push(_stream: StreamingResponse<number, string>, _to: number): void {}
  plainPush(_stream: StreamingResponse): void {}
  async *words(_text: string): AsyncGenerator<string, number> {
    yield await Promise.resolve("");
    return 1;
  }
  many(..._texts: string[]): void {}
  nothing(): void {}
  // deno-lint-ignore no-explicit-any -- it is no stream either
  loose(_anything: any): void {}
  @callable({ description: "is decorated" })
  decorated(_options: { deep?: { er: number } }): boolean {
    return true;
  }
}

const declaration: CallableDeclaration = Some.callable;
createHost({ Some }, {}, { upgrade: () => undefined });
declare const host: Host<unknown>;

// Every member of Agent is one that clients do not see.
same<Equal<Exclude<keyof Agent, AgentMember>, never>>();
same<
  Equal<
    CallableNames<Some>,
    | "add"
    | "later"
    | "push"
    | "plainPush"
    | "words"
    | "many"
    | "nothing"
    | "loose"
    | "decorated"
    | "inherited"
  >
>();
same<Equal<CallableMethods<Some>["add"], (a: number, b: number) => number>>();
same<Equal<ArgsOf<Some["add"]>, [a: number, b: number]>>();
same<Equal<ArgsOf<Some["push"]>, [_to: number]>>();
same<Equal<ArgsOf<Some["plainPush"]>, []>>();
same<Equal<ArgsOf<Some["nothing"]>, []>>();
// deno-lint-ignore no-explicit-any -- as it is declared
same<Equal<ArgsOf<Some["loose"]>, [_anything: any]>>();
same<Equal<ArgsOf<Some["many"]>, string[]>>();
same<Equal<ArgsOf<Some["inherited"]>, [flag?: boolean]>>();
same<Equal<ResultOf<Some["add"]>, number>>();
same<Equal<ResultOf<Some["later"]>, { text: string }>>();
same<Equal<ResultOf<Some["push"]>, string | undefined>>();
same<Equal<ResultOf<Some["words"]>, number>>();
same<Equal<ChunkOf<Some["push"]>, number>>();
same<Equal<ChunkOf<Some["words"]>, string>>();
same<Equal<ChunkOf<Some["add"]>, never>>();

export async function clients(stub: AgentStub<Some>): Promise<void> {
  const sum: number = await stub.add(1, 2);
  const { text } = await stub.later("x");
  const last: string | undefined = await stub.push(3);
  await stub.inherited();
  await stub.decorated({ deep: { er: sum } });
  // @ts-expect-error a number is no string
  await stub.later(1);
  // @ts-expect-error an argument is missing
  await stub.add(1);
  // @ts-expect-error an argument too many
  await stub.add(1, 2, 3);
  // @ts-expect-error the stream is the server's
  await stub.push(undefined, 3);
  // @ts-expect-error no such method
  await stub.missing();
  // @ts-expect-error a hook
  await stub.onMessage();
  // @ts-expect-error a method of every agent
  await stub.broadcast("x");
  // @ts-expect-error no method
  await stub.field();
  // @ts-expect-error the result is a number
  const wrong: string = await stub.add(1, 2);
  void [text, last, wrong];
}

export async function servers(): Promise<void> {
  const handle = host.getAgent(Some, "name");
  same<Equal<typeof handle, AgentHandle<Some>>>();
  const sum: number = await handle.add(1, 2);
  const named = host.getAgent<Some>("Some", "name");
  const { text } = await named.later("x");
  const { name }: { name: string } = handle;
  const response: Response = await handle.fetch(new Request("http://a"));
  // @ts-expect-error a number is no string
  await handle.later(1);
  // @ts-expect-error an argument is missing
  await handle.add(1);
  // @ts-expect-error no such method
  await handle.missing();
  // @ts-expect-error a hook
  await handle.onMessage();
  // @ts-expect-error a method of every agent
  await handle.broadcast("x");
  // @ts-expect-error no method
  await handle.field();
  void [sum, text, name, response];
}

class Odd extends Agent {
  // @ts-expect-error a description is a text
  @callable({ description: 1 })
  a(): void {}
  // @ts-expect-error not a method
  @callable()
  b = 1;
}
void [declaration, Odd];
