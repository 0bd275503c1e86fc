import {
  jsonBody,
  NODE_WIRE,
  NodeFrameError,
  speaksWith,
} from "../src/protocol/node_frames.ts";
import { builtin } from "../platform/builtin.ts";

const NONCE = /^[0-9a-f]{64}$/;

interface Crypto {
  createHmac(algorithm: "sha256", key: Uint8Array): {
    update(text: string): { digest(): Uint8Array };
  };
  timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

/** What each end of a pipe says first. */
export interface Hello {
  /** The number of the protocol that it speaks. */
  readonly wire: number;
  /** Its id. */
  readonly node: string;
  /** 32 random bytes, in hex. */
  readonly nonce: string;
}

/** A {@linkcode Hello} of this process. */
export function newHello(node: string): Hello {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const nonce = Array.from(
    bytes,
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  return { wire: NODE_WIRE, node, nonce };
}

/** Throws a {@linkcode NodeFrameError} for what is none, or is of a number that this process does not speak with. */
export function helloBody(body: Uint8Array): Hello {
  const hello = Object(jsonBody(body)) as Partial<Hello>;
  const { wire, node, nonce } = hello;
  const isHello = Number.isInteger(wire) && typeof node === "string" &&
    typeof nonce === "string" && NONCE.test(nonce);
  if (!isHello) throw new NodeFrameError("it does not say who it is");
  if (!speaksWith(wire!, NODE_WIRE)) {
    throw new NodeFrameError(
      `it speaks number ${wire}, and this process ${NODE_WIRE}: go by way of a version between`,
    );
  }
  return hello as Hello;
}

/** Shows that one end knows the secret: made of what both have said, for nobody else and no other time. */
export function proofOf(
  secret: Uint8Array,
  end: "dialler" | "listener",
  dialler: Hello,
  listener: Hello,
): Uint8Array {
  const text = ["roam", end, ...parts(dialler), ...parts(listener)].join("\n");
  return builtin<Crypto>("node:crypto").createHmac("sha256", secret)
    .update(text).digest();
}

export function isProof(received: Uint8Array, wanted: Uint8Array): boolean {
  return received.length === wanted.length &&
    builtin<Crypto>("node:crypto").timingSafeEqual(received, wanted);
}

function parts({ wire, node, nonce }: Hello): unknown[] {
  return [wire, JSON.stringify(node), nonce];
}
