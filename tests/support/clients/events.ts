/** The next event of this type that satisfies `is`. */
export function once<Event>(
  target: {
    addEventListener(
      type: string,
      // deno-lint-ignore no-explicit-any -- each target has its own events
      listener: any,
    ): void;
    // deno-lint-ignore no-explicit-any -- as above
    removeEventListener(type: string, listener: any): void;
  },
  type: string,
  is: (event: Event) => boolean = () => true,
): Promise<Event> {
  return new Promise((resolve) => {
    const listener = (event: Event) => {
      if (!is(event)) return;
      target.removeEventListener(type, listener);
      resolve(event);
    };
    target.addEventListener(type, listener);
  });
}

/** Waits until a client has changed so that `is` holds. */
export async function until(
  client: Parameters<typeof once>[0],
  is: () => boolean,
): Promise<void> {
  if (!is()) await once(client, "change", is);
}
