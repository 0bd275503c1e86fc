// Where a server listens.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** What `PORT` says; 8787 by default. Throws when that is no port. */
export function wantedPort() {
  const port = process.env.PORT || "8787";
  if (/^\d+$/.test(port) && port >= 1 && port <= 65535) return Number(port);
  throw new Error(`Cannot start: PORT must be 1 to 65535: received "${port}"`);
}

/**
 * Takes `port` of `host` for the server that has its store in `folder`. Rejects when
 * another one has either.
 */
export async function claimPort(port, host, folder, name) {
  const file = join(folder, "port");
  const last = readPort(file);
  const isThere = async () => await problemWith(last, "127.0.0.1");
  if (last !== undefined && await isThere() === "EADDRINUSE") {
    throw new Error(
      `Cannot start: the ${name} runs already, or something else at its last ` +
        `address: http://localhost:${last}/`,
    );
  }
  // Bun would share it with another server of its kind, and others hide the reason.
  const problem = await problemWith(port, host);
  if (problem !== undefined) {
    const why = problem === "EADDRINUSE"
      ? "is in use: end what uses it, or choose another one, as in PORT=8788 npm start"
      : `can't be used: ${problem}`;
    throw new Error(`Cannot start: port ${port} ${why}`);
  }
  writeFileSync(file, String(port));
}

function readPort(file) {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    // It never ran.
    return undefined;
  }
}

/** The code of the error that a server would get; `undefined` when the port is free. */
function problemWith(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code }) => resolve(code));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
