/** Other spellings of `/agents/a-i-assistant/NAME`. `follows`: a URL parser makes the right one of it. */
export const spellings: readonly {
  readonly what: string;
  readonly path: string;
  readonly follows?: true;
}[] = [
  { what: "an alias of the class", path: "/agents/ai-assistant/NAME" },
  {
    what: "an alias with an empty segment",
    path: "/agents//ai-assistant/NAME",
  },
  {
    what: "an empty segment before it",
    path: "//agents/a-i-assistant/NAME",
  },
  { what: "empty segments in it", path: "/agents///a-i-assistant//NAME" },
  {
    what: "dot segments",
    path: "/agents/echo-agent/y/../../a-i-assistant/NAME",
    follows: true,
  },
  {
    what: "escaped dot segments",
    path: "/agents/a/%2e%2e/a-i-assistant/NAME",
    follows: true,
  },
  { what: "a dot", path: "/agents/./a-i-assistant/NAME", follows: true },
  {
    what: "backslashes",
    path: "/agents\\a-i-assistant\\NAME",
    follows: true,
  },
  {
    what: "an escaped letter in the prefix",
    path: "/%61gents/a-i-assistant/NAME",
  },
  {
    what: "an escaped letter in the agent",
    path: "/agents/a-i-%61ssistant/NAME",
  },
  { what: "an escaped hyphen", path: "/agents/a%2Di-assistant/NAME" },
  {
    what: "an escaped letter in the name",
    path: "/agents/a-i-assistant/%6EAME",
  },
];

/** `path` with `name`, which begins with an n, in it. */
export function spell(path: string, name: string): string {
  return path.replace("%6EAME", `%6E${name.slice(1)}`).replace("NAME", name);
}
