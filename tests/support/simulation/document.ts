/** The state of a schedule: long enough for patches to be worth it, where not all of it is another. */
export interface Doc {
  readonly pad: string;
  readonly words: readonly string[];
  readonly last?: { readonly word: string };
}

/** A document with this word alone. */
export function docOf(word: string): Doc {
  return { pad: "-".repeat(200), words: [word] };
}

/** The document with one more word, at the end or at the index `at`. */
export function withWord(doc: Doc, word: string, at = Infinity): Doc {
  return { ...doc, words: doc.words.toSpliced(at, 0, word), last: { word } };
}

/** All of it is another. */
export function replaced(word: string): Doc {
  return { pad: word.padEnd(150, "+"), words: [word] };
}

/** Without the first of its words. */
export function shortened({ pad, words }: Doc): Doc {
  return { pad, words: words.slice(1) };
}
