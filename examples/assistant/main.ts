/**
 * An assistant that answers word by word, and stops when it is told to. The
 * model is a local stand-in. One file for all runtimes:
 *
 *     deno serve -A examples/assistant/main.ts
 *     bun run examples/assistant/main.ts
 */
import { Agent, CallError, getCurrentAgent } from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/auto";
import { answer } from "./model.ts";
import { servePage } from "./page.ts";

/** The longest question, in UTF-16 code units, as a text area counts them. */
const MAX_QUESTION = 500;

class Assistant extends Agent {
  static callable = {
    ask: { description: "Answers a question, word by word" },
  };

  /** What the client sees is what is yielded; the return value comes last. */
  async *ask(question: unknown): AsyncGenerator<string, { words: number }> {
    if (
      typeof question !== "string" || question.trim() === "" ||
      question.length > MAX_QUESTION
    ) {
      throw new CallError(
        "INVALID_ARGUMENT",
        `A question has 1 to ${MAX_QUESTION} characters`,
      );
    }
    // Fires when the page says stop, or is closed: a model that costs money
    // would be told, too. It has to be taken before the first await.
    const { signal } = getCurrentAgent();
    let words = 0;
    for await (const word of answer(question, signal)) {
      words++;
      yield word;
    }
    return { words };
  }
}

export const AssistantAgent = durable(Assistant);
export default serveAgents({ AssistantAgent }, { fallback: servePage });
