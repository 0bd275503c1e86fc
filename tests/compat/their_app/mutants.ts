/** One thing that the app does otherwise, in its source, and the check that is there for it. */
export interface Mutant {
  readonly what: string;
  readonly caught: string;
  readonly change: (source: string) => string;
}

const table: [what: string, from: string, to: string, caught: string][] = [
  [
    "broadcasts to everybody",
    "user }), [connection.id]",
    "user }), []",
    "broadcast() leaves out who is in `without`",
  ],
  [
    "forgets the tags",
    'return role ? [role, "known"] : [];',
    "return [];",
    "getConnections(tag) finds those with the tag",
  ],
  [
    "lets anybody in",
    "if (!user) {",
    "if (user === 1) {",
    "connection.close() in onConnect() after an await refuses",
  ],
  [
    "accepts every title",
    'if (source !== "server" && next.title.length > 20) {',
    "if (source === next) {",
    "validateStateChange() refuses a client's write, whose message stays secret",
  ],
  [
    "lets everybody write",
    'searchParams.get("mode") === "view"',
    'searchParams.get("mode") === "look"',
    "A readonly client's write is refused, and so is what its calls set",
  ],
  [
    "lets clients call what is secret",
    "  secret(): string {",
    "  @callable()\n  secret(): string {",
    "A call returns a result, nothing, or the error's message",
  ],
  [
    "streams no result",
    "stream.end({ read: this.state.cards.length - from });",
    "stream.end();",
    "A StreamingResponse sends pieces, and ends with a result",
  ],
  [
    "tells every device its name",
    "sendIdentityOnConnect: false",
    "sendIdentityOnConnect: true",
    "sendIdentityOnConnect: false, and no state: only the MCP servers",
  ],
  [
    "passes no props on",
    "getAgentByName(env.UserAgent, userId, { props })",
    "getAgentByName(env.UserAgent, userId)",
    "getAgentByName().fetch() upgrades under a path of the app (basePath)",
  ],
  [
    "asks nobody for a token",
    'if (!url.searchParams.has("token")) {',
    'if (url.searchParams.has("none")) {',
    "routeAgentRequest(): prefix, cors and hooks, for HTTP",
  ],
];

export const mutants: Mutant[] = table.map(([what, from, to, caught]) => ({
  what,
  caught,
  change: (source) => source.replaceAll(from, to),
}));
