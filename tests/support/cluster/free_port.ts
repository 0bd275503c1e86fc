import { createServer } from "node:net";

/** Below those that systems take for connections to somewhere else, which come and go. */
const FIRST = 20_000;
const COUNT = 12_000;

/** A port that nobody listens on now, for a program that wants to be told one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
