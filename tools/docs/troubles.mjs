// What docs/troubleshooting.md has to have in it, and what it says that is not so. Pure.

/** What a runtime says by itself, in its own words. */
const OF_RUNTIMES = [
  "Requires read access",
  "Address already in use",
  "Cannot assign to read only property",
];

/**
 * What is wrong with the page, a list of sentences. `codes` are those that
 * clients can meet, `closeCodes` those that the library sends, and `sources`
 * all texts in which a message may be.
 */
export function troublesOf(page, codes, closeCodes, sources) {
  const problems = [];
  for (const code of codes) {
    if (!page.includes(`\`${code}\``)) problems.push(`it has no code ${code}`);
  }
  for (const code of closeCodes) {
    if (!new RegExp(`^\\| ${code}\\b`, "m").test(page)) {
      problems.push(`it has no close code ${code}`);
    }
  }
  // A message is said over several lines there, with values in it.
  const all = sources.join("\n").replace(/["'`]\s*\+\s*["'`]/g, "")
    .replaceAll("\\", "");
  for (const message of messagesOf(page)) {
    if (OF_RUNTIMES.some((own) => message.startsWith(own))) continue;
    const parts = message.split(/"?…"?|"\.?\w*"|: /).map((part) => part.trim())
      .filter((part) => part.length > 3);
    const missing = parts.find((part) => !all.includes(part));
    if (missing !== undefined) problems.push(`nothing says "${missing}"`);
  }
  return problems;
}

/** Texts of several words in the first column of tables. */
function messagesOf(page) {
  const cells = page.split("\n").filter((line) => line.startsWith("| "))
    .map((line) => line.split(" | ")[0]);
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text)
  ).filter((text) => /^[\w"…]+( [\w"….,()]+){2,}/.test(text))
    .filter((text) => !/[{=]|^(node|npx|deno|bun) /.test(text));
}
