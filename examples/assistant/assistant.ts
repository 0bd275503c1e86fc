import { Agent, CallError, getCurrentAgent } from "@roam/agents";
import { type Conversation, interrupted, withTurn } from "./conversation.ts";
import { answer } from "./model.ts";

/** The longest question, in UTF-16 code units, as a text area counts them. */
const MAX_QUESTION = 500;

/**
 * An assistant that answers word by word, and stops when it is told to. Its
 * state is the conversation: each browser has one of its own, under a name
 * that nobody can guess.
 */
export class Assistant extends Agent<unknown, Conversation> {
  static callable = {
    ask: { description: "Answers a question, word by word" },
    forget: { description: "Forgets the conversation" },
  };

  override initialState: Conversation = { turns: [] };

  override onStart(): void {
    const isRunning = this.state.turns.some(({ end }) => end === "running");
    if (isRunning) this.setState(interrupted);
  }

  /** What was said is not for clients to change. */
  override validateStateChange(_next: Conversation, source: unknown): void {
    if (source !== "server") throw new CallError("READONLY", "Ask, instead");
  }

  /** What the client sees is what is yielded. */
  async *ask(id: unknown, question: unknown): AsyncGenerator<string, void> {
    if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id)) {
      throw invalid("An id has 1 to 64 letters, digits and dashes");
    }
    if (
      typeof question !== "string" || question.trim() === "" ||
      question.length > MAX_QUESTION
    ) {
      throw invalid(`A question has 1 to ${MAX_QUESTION} characters`);
    }
    // Fires when the page says stop, or is closed: a model that costs money
    // would be told, too. It has to be taken before the first await.
    const { signal } = getCurrentAgent();
    const { turns } = this.state;
    const words: string[] = [];
    const turn = { id, question, answer: "", end: "running" } as const;
    this.setState((state) => withTurn(state, turn));
    try {
      for await (const word of answer(question, turns, signal)) {
        words.push(word);
        yield word;
      }
    } finally {
      const end = signal?.aborted ? "stopped" : "done";
      const answer = words.join("");
      this.setState((state) => withTurn(state, { ...turn, answer, end }));
      console.log(`${this.name}: ${end} after ${words.length} words`);
    }
  }

  forget(): void {
    this.setState({ turns: [] });
  }
}

function invalid(message: string): CallError {
  return new CallError("INVALID_ARGUMENT", message);
}
