/** A frame of the server, read. Which keys there are says its type. */
export interface ServerFrame {
  readonly type: string;
  readonly [key: string]: unknown;
}

const FRAME = /"type":\s*"(cf_agent_|roam_|rpc")/;

/** The frame in `text`, or `undefined` when it is a message of the agent's own. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  if (!FRAME.test(text)) return undefined;
  try {
    const value = JSON.parse(text);
    return FRAME.test(`"type":"${value.type}"`) ? value : undefined;
  } catch {
    return undefined;
  }
}
