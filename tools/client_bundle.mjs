// What may be in a bundle of the client, and how large it may be. Pure.

const CLIENT = /^(client\.ts|react\.ts|src\/(client|protocol)\/.+|<stdin>)$/;
const SERVER = /^(mod\.ts|hono\.ts|browser\.ts|(src|adapters|storage)\/.+)$/;

/**
 * What is wrong with a bundle, in sentences: `bytes` of it against `limit`,
 * the files it was made from (`parts`: the bytes that each one brought), and
 * its text, which must have none of the `serverWords`.
 */
export function bundleProblems(
  { what, limit, bytes, parts, text },
  serverWords,
) {
  const problems = [];
  for (const path of Object.keys(parts)) {
    if (!CLIENT.test(path)) problems.push(`${what} carries ${path}`);
  }
  for (const word of wordsOf(text)) {
    if (serverWords.has(word)) {
      problems.push(`${what} carries a word of the server: ${word}`);
    }
  }
  if (bytes > limit) {
    const sizes = Object.entries(parts).sort(([, a], [, b]) => b - a).map((
      [path, size],
    ) => `${String(size).padStart(7)} ${path}`);
    problems.push(
      `${what} is too large: ${bytes} bytes, at most ${limit}. Before compression it is made of`,
      ...sizes,
    );
  }
  return problems;
}

/** The words that only the server says, of sources by path. */
export function wordsOfServer(sources) {
  const words = new Set();
  for (const [path, source] of sources) {
    if (!SERVER.test(path) || CLIENT.test(path)) continue;
    for (const word of wordsOf(source)) words.add(word);
  }
  for (const [path, source] of sources) {
    if (!CLIENT.test(path)) continue;
    for (const word of wordsOf(source)) words.delete(word);
  }
  return words;
}

/** Names and what texts are made of. Shorter words may be those that a minifier gives. */
function wordsOf(text) {
  return new Set(text.match(/[A-Za-z_$][\w$]{4,}/g));
}
