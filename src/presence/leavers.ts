import { CloseCode } from "../protocol/close_codes.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { PresenceClient } from "./owner.ts";

/** With which a page that is loaded anew closes, or a network that breaks: nobody has said goodbye. */
const PASSING: readonly number[] = [
  CloseCode.GOING_AWAY,
  CloseCode.NO_STATUS,
  CloseCode.ABNORMAL,
];

/** A client that has lost its connection, and may be back at once. */
interface Leaver {
  readonly client: PresenceClient;
  /** Called when the client has not come back in time. */
  readonly expire: () => void;
}

const expiring = ({ timer, limits }: HostServices) =>
  new Deadlines<Leaver>(timer, limits.presenceMs, ({ expire }) => expire());

/** The clients of an instance that have lost their connections, and are shown for a moment longer. */
export class Leavers {
  #host: HostServices;
  #leave: (client: PresenceClient) => void;
  #byId = new Map<string, Leaver>();

  /** `leave` is called with those that have not come back. */
  constructor(host: HostServices, leave: (client: PresenceClient) => void) {
    this.#host = host;
    this.#leave = leave;
  }

  get clients(): PresenceClient[] {
    return Array.from(this.#byId.values(), ({ client }) => client);
  }

  /** Shows `client` a moment longer. Returns `false` where it has left for good. */
  add(client: PresenceClient): boolean {
    const { end } = client;
    const { limits, isClosing } = this.#host;
    if (limits.presenceMs === 0 || isClosing || client.isShut) return false;
    if (end !== undefined && !PASSING.includes(end.code)) return false;
    this.take(client.id);
    const leaver = {
      client,
      expire: () => {
        this.#byId.delete(client.id);
        this.#leave(client);
      },
    };
    this.#byId.set(client.id, leaver);
    this.#host.shared(expiring).add(leaver);
    return true;
  }

  /** The one with this id, if there is one: it is back, or has left for good. */
  take(id: string): PresenceClient | undefined {
    const leaver = this.#byId.get(id);
    if (leaver === undefined) return undefined;
    this.#byId.delete(id);
    this.#host.shared(expiring).delete(leaver);
    return leaver.client;
  }
}
