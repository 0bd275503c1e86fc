/** A frame of the server, read. Which keys there are says its type. */
export interface ServerFrame {
  readonly type: string;
  readonly [key: string]: unknown;
}

const FRAME = /"type":\s*"(cf_agent_|roam_|rpc")/;

/** The frame in `data`, or `undefined` when it is a message of the agent's own. */
export function parseServerFrame(data: unknown): ServerFrame | undefined {
  if (typeof data !== "string" || !FRAME.test(data)) return undefined;
  try {
    const value = JSON.parse(data);
    return FRAME.test(`"type":"${value.type}"`) ? value : undefined;
  } catch {
    return undefined;
  }
}
