import type { Socket } from "../ports/socket.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";

/** Sockets that this side has closed, and that no connection has, until they are gone: they count as connections. */
export class Ghosts {
  #host: HostServices;
  #sockets = new Set<Socket>();
  #deadlines: Deadlines<Socket>;

  constructor(host: HostServices) {
    this.#host = host;
    this.#deadlines = new Deadlines(
      host.timer,
      host.limits.closeMs,
      (socket) => {
        if (socket.terminate?.() === true) this.gone(socket);
      },
    );
  }

  /** Closes `socket`. */
  add(socket: Socket, code: number, reason: string): void {
    this.#host.connections++;
    this.#sockets.add(socket);
    this.#deadlines.add(socket);
    socket.close(code, reason);
  }

  gone(socket: Socket | undefined): void {
    if (socket === undefined || !this.#sockets.delete(socket)) return;
    this.#deadlines.delete(socket);
    this.#host.connections--;
  }
}

/** Those of the host. */
export const ghosts = (host: HostServices) => new Ghosts(host);
