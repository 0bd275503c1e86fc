import { Bench, type Place } from "./bench.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

/** Something a client can rely on, whatever it runs on and whatever the server runs on. */
export interface Behaviour {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<void>;
}

/** All that are declared. */
export const behaviours: Behaviour[] = [];

/** Declares one. */
export function behaviour(
  name: string,
  run: (bench: Bench) => Promise<void>,
): void {
  behaviours.push({ name, run });
}

/** Shows a behaviour against the server of one runtime. Throws when it does not hold, or takes longer than `patience` milliseconds. */
export async function play(
  { run }: Behaviour,
  place: Place,
  target: string,
  patience = PATIENCE_MS,
): Promise<void> {
  const bench = await Bench.open(place, target);
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Nothing came of it (seed ${place.seed})`);
    timer = setTimeout(() => reject(error), patience);
  });
  try {
    await Promise.race([run(bench), late]);
  } finally {
    clearTimeout(timer!);
    await bench.close();
  }
}
