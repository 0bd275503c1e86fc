/**
 * An assistant that answers word by word, and stops when it is told to. The
 * model is a local stand-in. One file for all runtimes:
 *
 *     npm start -- assistant deno
 *     npm start -- assistant bun
 *     npm start -- assistant workerd
 */
import { Agent, CallError, getCurrentAgent } from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import body from "./page/body.html" with { type: "text" };
import { answer } from "./model.ts";

/** The longest question, in UTF-16 code units, as a text area counts them. */
const MAX_QUESTION = 500;

class Assistant extends Agent {
  static callable = {
    ask: { description: "Answers a question, word by word" },
  };

  /** What the client sees is what is yielded. */
  async *ask(question: unknown): AsyncGenerator<string, void> {
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
    try {
      for await (const word of answer(question, signal)) {
        words++;
        yield word;
      }
    } finally {
      const end = signal?.aborted ? "stopped" : "done";
      console.log(`${this.name}: ${end} after ${words} words`);
    }
  }
}

export const AssistantAgent = durable(Assistant);
export default serveAgents({ AssistantAgent }, {
  fallback: servePage({ title: "Assistant", body, style, script }),
});
