/** The parts of an instance's page. */
export const TABS = {
  state: "State",
  connections: "Connections",
  client: "Try it",
  schedules: "Schedules",
  sql: "SQL",
} as const;

export type Tab = keyof typeof TABS;

/** Where one is in the page: what its address has behind `#`. */
export interface Place {
  readonly isEvents: boolean;
  readonly agent?: string;
  readonly name?: string;
  readonly tab: Tab;
  readonly connection?: string;
}

export function currentPlace(): Place {
  const [, room, agent, name, tab, connection] = location.hash.split("/")
    .map(decodeURIComponent);
  return {
    isEvents: room === "events",
    agent: agent || undefined,
    name: name || undefined,
    tab: tab in TABS ? tab as Tab : "state",
    connection: connection || undefined,
  };
}

/** The address of a place. */
export function hrefOf(
  agent: string,
  name: string,
  tab: Tab = "state",
  connection?: string,
): string {
  const parts = ["i", agent, name, tab, ...connection ? [connection] : []];
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export const EVENTS = "#/events";
