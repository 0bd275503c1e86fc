/** Says whether a stream can still be read, also one that somebody else has locked; Bun has it from Node. */
const READABLE = Symbol.for("nodejs.stream.readable");
const LOOK_MS = 250;

/** An answer that Bun is sending. */
interface Answer {
  readonly response: Response;
  readonly resolve: () => void;
}

/**
 * Bun does not tell when it has sent an answer. So the bodies are looked at:
 * a few with each new answer, which is enough for those that are soon done,
 * and all of them by a timer, which runs only while there are some.
 */
class Answers {
  #open: Answer[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  sent(response: Response): Promise<void> {
    return new Promise((resolve) => {
      const open = this.#open;
      for (let looks = Math.min(2, open.length); looks > 0; looks--) {
        const answer = open.shift()!;
        if (isOpen(answer)) open.push(answer);
      }
      open.push({ response, resolve });
      this.#timer ??= this.#start();
    });
  }

  #start(): ReturnType<typeof setInterval> {
    const timer = setInterval(() => {
      this.#open = this.#open.filter(isOpen);
      if (this.#open.length > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    }, LOOK_MS);
    (timer as unknown as { unref?(): void }).unref?.();
    return timer;
  }
}

function isOpen({ response, resolve }: Answer): boolean {
  const body = response.body as unknown as { [READABLE]?: boolean } | null;
  if (body?.[READABLE] === true) return true;
  resolve();
  return false;
}

/** The answers of this process that are being sent. */
export const answers: { sent(response: Response): Promise<void> } =
  new Answers();
