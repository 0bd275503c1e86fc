import type { AnyMethod, Jsonified } from "../protocol/json_types.ts";
import type { ArgsOf, CallableMethods, ResultOf } from "../protocol/types.ts";

/** What tells an agent from a state in `AgentClient<…>`. */
export type AnyAgent = { onConnect: AnyMethod; onMessage: AnyMethod };

/** An agent, also where its class is given: `typeof ChatAgent`. */
// deno-lint-ignore no-explicit-any -- whatever it is made with
export type AgentOf<A> = A extends abstract new (...args: any[]) => infer Agent
  ? Agent
  : A;

/** The state of an agent class's instances, as it arrives, or `A` itself where that is no agent. */
export type StateOf<A> = AgentOf<A> extends AnyAgent ? KeptState<AgentOf<A>>
  : A;

/** The state, without what the server's code has to promise about it. */
export type KeptState<A> = A extends { initialState?: infer State }
  ? unknown extends State ? ShownState<A> : Jsonified<Exclude<State, undefined>>
  : ShownState<A>;

/** What clients of an agent show, as its `onPresence` has it. */
export type PresenceOf<A> = AgentOf<A> extends // deno-lint-ignore no-explicit-any -- whatever it takes
{ onPresence(connection: any, value: infer Value): unknown } ? Value
  : unknown;

/** The events of an agent, as its class declares them, and with their data as it arrives; where it declares none, any. */
export type EventsOf<A> = AgentOf<A> extends { readonly events: infer Events }
  ? Jsonified<Events>
  // deno-lint-ignore no-explicit-any -- the application knows
  : Record<string, any>;

/** The state of an agent that says only how it looks. */
export type ShownState<A> = A extends { state: infer State }
  ? Jsonified<Exclude<State, undefined>>
  : unknown;

/** The methods of `A` that can be called, as they are declared; where `A` is no agent, any. */
export type MethodsOf<A> = AgentOf<A> extends AnyAgent
  ? CallableMethods<AgentOf<A>>
  : Record<string, (...args: unknown[]) => unknown>;

/** The arguments of `call`: the list may be left out when nothing has to be in it. */
export type CallRest<Method, Options> = Undefineds<ArgsOf<Method>> extends
  ArgsOf<Method> ? [args?: ArgsOf<Method> | undefined, options?: Options]
  : [args: ArgsOf<Method>, options?: Options];

/** As many times nothing. */
export type Undefineds<Args> = { [K in keyof Args]: undefined };

/** Calls the methods of an agent: each takes the same arguments, and returns a promise. */
export type AgentStub<A> = AgentOf<A> extends AnyAgent ? {
    readonly [K in keyof CallableMethods<AgentOf<A>>]: (
      ...args: ArgsOf<AgentOf<A>[K]>
    ) => Promise<ResultOf<AgentOf<A>[K]>>;
  }
  // deno-lint-ignore no-explicit-any -- who gives no class says what comes back, as with Cloudflare's client
  : Record<string, (...args: any[]) => Promise<any>>;
