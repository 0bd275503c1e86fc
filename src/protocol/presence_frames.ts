/** The frames about presence (PROTOCOL.md). What clients show is JSON already. */

/** A client by its id, and what it shows, as JSON. */
export type PresenceEntry = readonly [id: string, presence: string];

/** To a client that begins to take part, or was left out: what all others show. */
export function allPresenceFrame(others: readonly PresenceEntry[]): string {
  return `{"type":"roam_presence","all":${list(others)}}`;
}

/** What some show now, and who shows nothing any more. */
export function presenceChangesFrame(
  changed: readonly PresenceEntry[],
  gone: Iterable<string>,
): string {
  return `{"type":"roam_presence","set":${list(changed)},"gone":${
    JSON.stringify([...gone])
  }}`;
}

/** What the client wants to show was refused: it goes on showing what it did. */
export function presenceRefusalFrame(error: string, code: string): string {
  return JSON.stringify({ type: "roam_presence", error, code });
}

function list(entries: readonly PresenceEntry[]): string {
  return `[${
    entries.map(([id, presence]) => `[${JSON.stringify(id)},${presence}]`).join(
      ",",
    )
  }]`;
}
