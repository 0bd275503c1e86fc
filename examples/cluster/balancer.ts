import { connect, createServer, type Socket } from "node:net";

/** Who may be given a connection. */
export interface Target {
  readonly port: number;
  /** Its last answer says that it serves. */
  readonly isUp: boolean;
}

/** Hands each TCP connection to the next target that is up, as any load balancer would. Resolves with the port where it listens. */
export function balance(targets: () => readonly Target[]): Promise<number> {
  let turn = 0;
  const server = createServer((client) => {
    const up = targets().filter(({ isUp }) => isUp);
    if (up.length === 0) return void client.destroy();
    const target = connect(up[turn++ % up.length].port, "127.0.0.1");
    join(client, target);
    join(target, client);
  });
  // The process may end while it listens.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as { port: number }).port);
    });
  });
}

function join(from: Socket, to: Socket): void {
  from.pipe(to);
  from.once("error", () => to.destroy());
  from.once("close", () => to.destroy());
}
