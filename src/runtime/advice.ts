/** What V8 and JavaScriptCore say of a write to what is frozen. */
const FROZEN =
  /read[ -]?only property|not extensible|^Cannot (?:delete|redefine) property|^Unable to delete property/i;
const ADVICE: readonly [problem: RegExp, cure: string][] = [
  [
    FROZEN,
    " (if that is the agent's state, which is frozen: use this.setState())",
  ],
  [/ is a Promise$/, " (await it before it is stored or sent)"],
];

/** Has errors of `this.state.count++`, of a forgotten `await`, and of their kinds, say what to do. */
export function advise(thrown: unknown): void {
  if (!(thrown instanceof TypeError)) return;
  try {
    const { message, stack } = thrown;
    const [, cure] = ADVICE.find(([problem, cure]) =>
      problem.test(message) && !message.endsWith(cure)
    ) ?? [];
    if (cure === undefined) {
      return;
    }
    thrown.message = message + cure;
    // Loggers print the stack, which has the message as it was.
    if (stack !== undefined) {
      thrown.stack = stack.replace(message, () =>
        thrown.message);
    }
  } catch {
    // It is frozen itself.
  }
}
