import { Peer } from "./peer.ts";

/** Where a WebSocket goes. */
export interface Target {
  /** `address:port`. */
  readonly host: string;
  readonly path: string;
}

/** What the server says first, on all connections, is over after so many quiet milliseconds. */
const QUIET_MS = 100;
/** Connections that are being opened at the same time. */
const LANES = 64;

let heard = 0;

/** Opens connections, and waits until the server's first frames are over. */
export async function openWebSockets(
  target: Target,
  count: number,
): Promise<Peer[]> {
  const peers: Peer[] = [];
  let next = 0;
  const lane = async () => {
    while (next++ < count) peers.push(await openWebSocket(target));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  while (performance.now() - heard < QUIET_MS) await sleep(QUIET_MS / 4);
  return peers;
}

/** The request that upgrades. */
export function upgradeRequest({ host, path }: Target): Uint8Array {
  return new TextEncoder().encode([
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ].join("\r\n"));
}

/** Where the body begins, or -1 while the head is not complete. Throws unless the server upgraded. */
export function upgradedAt(answer: Uint8Array): number {
  const end = endOfHead(answer);
  if (end < 0) return -1;
  const head = new TextDecoder().decode(answer.subarray(0, end));
  if (head.startsWith("HTTP/1.1 101")) return end;
  throw new Error(`The server did not upgrade: ${head.split("\r\n", 1)[0]}`);
}

async function openWebSocket(target: Target): Promise<Peer> {
  const peer = await Peer.connect(target.host);
  await new Promise<void>((resolve, reject) => {
    peer.ended = () => reject(new Error("The server ended a connection"));
    peer.receive = (chunk) => {
      heard = performance.now();
      try {
        // The head is one small packet, so it comes in one piece.
        if (upgradedAt(chunk) > 0) resolve();
      } catch (error) {
        reject(error);
      }
      peer.receive = () => heard = performance.now();
    };
    peer.write(upgradeRequest(target));
  });
  return peer;
}

function endOfHead(bytes: Uint8Array): number {
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (
      bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 &&
      bytes[at + 3] === 10
    ) return at + 4;
  }
  return -1;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
