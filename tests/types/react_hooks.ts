// Type-checked, never run. `@ts-expect-error` marks what must not compile.
import type { ReactNode } from "react";
import { AgentClient, presenceOf } from "../../client.ts";
import { Agent, type Connection } from "../../mod.ts";
import {
  type AgentCall,
  useAgentCall,
  useAgentClient,
  useAgentState,
  useAgentStatus,
  useOthers,
  usePresence,
} from "../../react.ts";

interface Typing {
  readonly isTyping: boolean;
}

export class Room extends Agent<unknown, { readonly topic: string }> {
  static callable = ["rename"];
  rename(topic: string): string {
    return topic;
  }
}

export class Canvas extends Agent<unknown, { readonly shapes: number }> {
  override onPresence(_: Connection, value: { x: number }): { x: number } {
    return value;
  }
}

const room = useAgentClient<Room>({ agent: "Room" });

// The hooks know the methods of the class that the client is of.
export const renamed: AgentCall<[topic: string], string> = useAgentCall(
  room,
  "rename",
);
// @ts-expect-error -- there is no such method
useAgentCall(room, "renam");

// What a call rejected with can be shown as it is.
export function Refusal(): ReactNode {
  const { call, error } = useAgentCall(room, "rename");
  // @ts-expect-error -- a topic is a text
  void call(1);
  return error && error.message;
}

// Who says what is shown need not say what the state is.
export const [mine, show] = usePresence<Room, unknown, Typing>(room);
show({ isTyping: true });
// @ts-expect-error -- it is another value that is shown
show({ x: 1 });
export const typing: number = useOthers<Room, unknown, Typing, number>(
  room,
  (others) => [...others.values()].filter(({ isTyping }) => isTyping).length,
);

// Or the class says it.
const canvas = useAgentClient<Canvas>({ agent: "Canvas" });
export const [cursor, move] = usePresence(canvas);
move({ x: 1 });
// @ts-expect-error -- a cursor has a number
move({ x: "1" });
export const places: number[] = useOthers(
  canvas,
  (others) => [...others.values()].map(({ x }) => x),
);

// What a hook returns is what it says, and not what somebody wants it to be.
// @ts-expect-error -- the state may not have come yet
export const state: { readonly topic: string } = useAgentState(room);
// @ts-expect-error -- a status is more than a text
export const status: string = useAgentStatus(room);
// @ts-expect-error -- it is a list of ids and values
export const others: string[] = useOthers(canvas);
export const topic: string = useAgentState(
  room,
  (state) => state?.topic ?? "",
);
export const whole: { readonly topic: string } | undefined = useAgentState(
  room,
  undefined,
  { topic: "" },
);

// A client of one's own is known, too.
class Remembered extends AgentClient<Canvas> {}
presenceOf(new Remembered({ agent: "Canvas" })).set({ x: 1 });
// @ts-expect-error -- a cursor has a number
presenceOf(new Remembered({ agent: "Canvas" })).set({ x: "1" });

// The class and the type of its instances mean the same.
declare function visit(client: AgentClient<Room>): void;
declare const other: AgentClient<typeof Room>;
visit(room);
visit(other);
