/** What to say where Node is older than a project with this package.json wants; empty where it is not. */
export function advice(version: string, manifest: string): string {
  const wanted = /"node": ">=(\d+)\.(\d+)"/.exec(manifest);
  if (wanted === null) return "";
  const [, major, minor] = wanted.map(Number);
  const [here, within] = version.split(".").map(Number);
  if (here > major || here === major && within >= minor) return "";
  return `\nThis is Node ${version}: the project needs Node ${major}.${minor} or newer.\n`;
}

/** Why this version of Node can't serve agents; `undefined` when it can. */
export function nodeProblem(version: string): string | undefined {
  const [major, minor] = version.split(".").map(Number);
  // With node:sqlite, and without the types of a file, from here on.
  if (major > 22 || major === 22 && minor >= 13) return undefined;
  return `Cannot serve on Node ${version}: agents need Node 22.13 or newer; Node 20 runs the client only`;
}
