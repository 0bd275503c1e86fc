import { createServer } from "node:net";
import { UserError } from "./user_error.ts";

const FIRST = 3000;
const TRIES = 20;

/** The port that was asked for, or the first one from 3000 on that nobody has. */
export async function freePort(host: string, wanted?: string): Promise<number> {
  if (wanted !== undefined) {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new UserError(
        `The port must be 1 to 65535: received "${wanted}"`,
      );
    }
    if (await isFree(host, port)) return port;
    throw new UserError(
      `Port ${port} is in use: end what uses it, or choose another one`,
    );
  }
  for (let port = FIRST; port < FIRST + TRIES; port++) {
    if (await isFree(host, port)) return port;
  }
  throw new UserError(
    `The ports ${FIRST} to ${
      FIRST + TRIES - 1
    } are in use: choose one by --port`,
  );
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: Error & { code?: string }) => {
      if (error.code === "EADDRINUSE") return resolve(false);
      reject(
        new UserError(`Cannot listen on ${host}:${port}: ${error.message}`),
      );
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
