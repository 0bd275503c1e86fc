import { Peer } from "./peer.ts";

/** HTTP requests whose answer is `ok`. */
export interface RequestJob {
  readonly type: "requests";
  readonly requests: number;
  /** The path of the first; with `distinct` a number is appended to each. */
  readonly path: string;
  /** Whether each request goes to an instance of its own. */
  readonly distinct: boolean;
}

/** Connections, each with one request in flight. */
const LANES = 8;

export async function request(host: string, job: RequestJob): Promise<void> {
  let next = 0;
  const lane = async () => {
    const peer = await Peer.connect(host);
    for (let number; (number = next++) < job.requests;) {
      await get(peer, host, job.distinct ? job.path + number : job.path);
    }
    peer.destroy();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function get(peer: Peer, host: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = "";
    peer.ended = () => reject(new Error("The server ended a connection"));
    peer.receive = (chunk) => {
      answer += decoder.decode(chunk);
      if (!answer.endsWith("\r\n\r\nok")) return;
      if (answer.startsWith("HTTP/1.1 200")) resolve();
      else reject(new Error(`The server answered: ${answer}`));
    };
    peer.write(encoder.encode(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
  });
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
