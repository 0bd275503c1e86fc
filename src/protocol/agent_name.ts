/**
 * The name of an agent class as it stands in a URL, spelled as Cloudflare's
 * SDK spells it: every capital starts a new word, so `ChatAgent` is
 * `chat-agent` and `AIAssistant` is `a-i-assistant`; a name in capitals only
 * is one word per underscore.
 */
export function kebabCase(className: string): string {
  if (className === className.toUpperCase()) {
    return className.toLowerCase().replace(/_/g, "-");
  }
  return className
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replace(/^-/, "")
    .replace(/_/g, "-")
    .replace(/-$/, "");
}

/**
 * The spelling a person would guess: a run of capitals is one word, so
 * `AIAssistant` is `ai-assistant`. Servers accept it beside {@linkcode kebabCase}.
 */
export function naturalKebabCase(className: string): string {
  return className
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[_-]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
}

/** Finds a class by what stands in the URL, in either spelling. */
export function indexByUrlName<T>(
  classes: Iterable<readonly [className: string, value: T]>,
): Map<string, T> {
  const index = new Map<string, T>();
  const guesses = new Map<string, T | undefined>();
  for (const [className, value] of classes) {
    const exact = kebabCase(className);
    if (index.has(exact)) {
      throw new TypeError(
        `Cannot serve agent "${className}": another one has the URL name "${exact}"`,
      );
    }
    index.set(exact, value);
    const guess = naturalKebabCase(className);
    // Two classes may share a guess; then it names neither.
    guesses.set(guess, guesses.has(guess) ? undefined : value);
  }
  for (const [guess, value] of guesses) {
    if (value !== undefined && !index.has(guess)) index.set(guess, value);
  }
  return index;
}
