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
 * `AIAssistant` is `ai-assistant`. Nothing is served under it.
 */
export function naturalKebabCase(className: string): string {
  return className
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[_-]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
}

/** The classes that are served, by the names that stand in URLs. */
export interface UrlNames<T> {
  /** By the name that {@linkcode kebabCase} makes. */
  readonly exact: ReadonlyMap<string, T>;
  /** The exact name, by what people write in its place. */
  readonly guesses: ReadonlyMap<string, string>;
}

/** Finds a class by what stands in the URL. Throws a `TypeError` for two of one name. */
export function indexByUrlName<T>(
  classes: Iterable<readonly [className: string, value: T]>,
): UrlNames<T> {
  const exact = new Map<string, T>();
  const guesses = new Map<string, string>();
  const shared = new Set<string>();
  for (const [className, value] of classes) {
    const name = kebabCase(className);
    if (exact.has(name)) {
      throw serveError(className, `another one has the URL name "${name}"`);
    }
    exact.set(name, value);
    const guess = naturalKebabCase(className);
    // Two classes may share a guess; then it names neither.
    if (guesses.has(guess)) shared.add(guess);
    guesses.set(guess, name);
  }
  for (const guess of [...shared, ...exact.keys()]) guesses.delete(guess);
  return { exact, guesses };
}

/** What is thrown for a class that can't be served. */
export function serveError(className: string, problem: string): TypeError {
  return new TypeError(`Cannot serve agent "${className}": ${problem}`);
}
