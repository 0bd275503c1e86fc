// What the tests run in a page: Cloudflare's hook, in React 19.
import { createElement as h, StrictMode, Suspense } from "react";
import { createRoot, type Root } from "react-dom/client";
import {
  agentFetch,
  type HookedAgent,
  type HookOptions,
  useAgent,
} from "./packages.js";

// Deno checks this file as a test, and has no page.
declare const document: { getElementById(id: string): Element | null };
type Element = Parameters<typeof createRoot>[0];

/** How the page is to show an agent. */
export interface Show {
  readonly options: HookOptions;
  readonly strict?: boolean;
  /** Asks for a query, which counts the attempts. */
  readonly asks?: boolean;
}

let log: unknown[][] = [];
let agent: HookedAgent;
let root: Root | undefined;
let asked = 0;

// The hook caches by it.
const query = () => Promise.resolve({ attempt: String(++asked) });

function Board({ options, asks }: Show) {
  const told = (what: string) => (...facts: unknown[]) =>
    void log.push([what, ...facts]);
  agent = useAgent({
    ...options,
    ...asks ? { query } : {},
    onOpen: () => told("open")(),
    onClose: ({ code }) => told("close")(code),
    onMessage: ({ data }) => told("message")(data),
    onIdentity: told("identity"),
    onStateUpdate: told("state"),
    onStateUpdateError: told("refused"),
    onMcpUpdate: told("mcp"),
    onConnectionError: ({ code, reason }) => told("error")(code, reason),
  });
  const { name, identified, state, connectionError } = agent;
  const shown = { name, identified, state, error: connectionError?.code };
  return h("p", { id: "board" }, JSON.stringify(shown));
}

const api = {
  agent: () => agent,
  log: () => log,
  /** Shows an agent, and forgets what another one told. */
  show(show: Show): void {
    root ??= createRoot(document.getElementById("root")!);
    const board = h(Suspense, { fallback: "…" }, h(Board, show));
    root.render(show.strict ? h(StrictMode, null, board) : board);
  },
  hide(): void {
    root?.unmount();
    root = undefined;
    log = [];
    asked = 0;
  },
  fetch: async (
    options: Parameters<typeof agentFetch>[0],
    init?: RequestInit,
  ): Promise<string> => await (await agentFetch(options, init)).text(),
};

Object.assign(globalThis, { api });
export type Api = typeof api;
