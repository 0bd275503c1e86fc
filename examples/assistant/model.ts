/** A stand-in for a language model: it knows a few things, and takes its time. */
import type { Turn } from "./conversation.ts";

const PAUSE_MS = 45;

const topics: readonly [about: RegExp, text: string][] = [
  [/^(hello|hi|hey)\b/i, `Hello! Ask me something, and stop me when you like.`],
  [
    /\b(agents?|roam|what are you|who are you)\b/i,
    `I am an agent: an object on a server with a name, a memory and a life of its own. Everybody who opens my address talks to this one instance of me. When nobody does I rest, and when somebody comes back I wake up where I was.

My answer reaches you word by word because my method is an async generator. Each word that it yields is one small frame on our socket.`,
  ],
  [
    /\b(stop|cancel|abort|interrupt)/i,
    `Press the button while I speak. Your page sends one frame with the id of this call, and two things happen here: my generator is returned, so that its finally blocks run, and a signal fires, so that whatever I am waiting for can be given up as well.

The same happens when you close the page in the middle of a sentence. Nothing goes on speaking to an empty room.`,
  ],
  [
    /\b(sea|waves?|ocean|poem|story)\b/i,
    `The sea arrives in sentences. It says one thing to the harbour wall, another to the sand, and keeps the rest for the dark.

Far out, where no one is listening, it practises. A long swell, a pause, a short one. By morning it has found the word it wanted, and leaves it on the beach: a smooth green piece of glass.`,
  ],
  [
    /\b(slow|fast|speed|buffer|backpressure|network)/i,
    `If your connection is slower than I am, I wait. A generator is only asked for its next word while the last ones are on their way, so a slow reader costs the server a moment of patience and not its memory.`,
  ],
];

const MEMORY = /\b(remember|memory|earlier|before|last question)\b/i;

const OTHERWISE =
  `That is a good question, and I am only a small model made of a few paragraphs. Ask me what an agent is, what happens when you stop me, how I behave on a slow network, or for a story about the sea, and I will have more to say.`;

/**
 * The answer to `question` word by word, with the space behind each; `turns`
 * is what was said before. Ends early when `signal` fires.
 */
export async function* answer(
  question: string,
  turns: readonly Turn[],
  signal?: AbortSignal,
): AsyncGenerator<string, void> {
  const text = MEMORY.test(question)
    ? remembered(turns)
    : topics.find(([about]) => about.test(question))?.[1] ?? OTHERWISE;
  for (const word of text.match(/\S+\s*/g) ?? []) {
    await pause(PAUSE_MS * (/[.,:]\s*$/.test(word) ? 4 : 1), signal);
    if (signal?.aborted) return;
    yield word;
  }
}

function remembered(turns: readonly Turn[]): string {
  const last = turns.at(-1);
  if (last === undefined) return "We have not talked yet. Ask me something!";
  const count = turns.length === 1
    ? "one question"
    : `${turns.length} questions`;
  return `You have asked me ${count} so far. The last one was: “${last.question}”`;
}

/** Resolves after `ms` milliseconds, or as soon as `signal` fires. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
