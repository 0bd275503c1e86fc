import { Deadlines } from "../runtime/deadlines.ts";
import { randomText } from "../runtime/random_text.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Session } from "./session.ts";

/** So many characters of a secret are what sessions are found by. The rest, 144 bits, is compared in constant time. */
const KEY_LENGTH = 8;

/** A connection that has a session. */
export interface SessionHolder {
  readonly session: Session | undefined;
}

/** The sessions of one instance. */
export class Sessions<Holder extends SessionHolder> {
  #byKey = new Map<number, Holder>();

  /** Gives a session its next secret. The one that the client has used is good until it shows that it has got this one. */
  issue(holder: Holder, used: string = ""): void {
    const session = holder.session!;
    for (const secret of [session.secret, session.previous]) {
      if (secret !== used) this.#delete(secret, holder);
    }
    session.previous = used;
    session.isConfirmed = false;
    session.secret = randomText(24);
    this.#byKey.set(keyOf(session.secret), holder);
  }

  /** Takes up one that has outlived the time that the instance was not in memory. */
  restore(holder: Holder): void {
    const { secret, previous } = holder.session!;
    for (const known of [secret, previous]) {
      if (known !== "") this.#byKey.set(keyOf(known), holder);
    }
  }

  /** The one with this secret. */
  find(secret: string): Holder | undefined {
    const holder = this.#byKey.get(keyOf(secret));
    const session = holder?.session;
    if (session === undefined) return undefined;
    const { previous, isConfirmed } = session;
    return isSame(session.secret, secret) ||
        !isConfirmed && isSame(previous, secret)
      ? holder
      : undefined;
  }

  delete(holder: Holder): void {
    const { session } = holder;
    if (session === undefined) return;
    this.#delete(session.secret, holder);
    this.#delete(session.previous, holder);
    session.end();
  }

  #delete(secret: string, holder: Holder): void {
    const key = keyOf(secret);
    if (this.#byKey.get(key) === holder) this.#byKey.delete(key);
  }
}

/** Connections without a socket, that their clients may come back to. */
export const suspended = ({ timer, limits }: HostServices) =>
  new Deadlines<{ expire(): void }>(
    timer,
    limits.sessionMs,
    (link) => link.expire(),
  );

/** A number, which costs no memory of its own; `NaN`, which none has, when there are fewer characters. */
function keyOf(secret: string): number {
  let key = 0;
  // From "+" to "z" there are 80, and 80 ** 8 is exact.
  for (let at = 0; at < KEY_LENGTH; at++) {
    key = key * 80 + secret.charCodeAt(at) - 43;
  }
  return key;
}

function isSame(known: string, secret: string): boolean {
  if (known === "" || known.length !== secret.length) return false;
  let difference = 0;
  for (let at = 0; at < known.length; at++) {
    difference |= known.charCodeAt(at) ^ secret.charCodeAt(at);
  }
  return difference === 0;
}
