// A mutant: a mistake that could be made in the source, as a pattern. Pure.

/**
 * @typedef {object} Mutant
 * @property {string} what The mistake, as what the library then does.
 * @property {string} file The file it is made in.
 * @property {string} find The text in its place, which stands there once. Spaces and line breaks may be others.
 * @property {string} replace The mistake.
 * @property {string[]} [tests] What should notice it. Default the tests of its area.
 * @property {string[]} [runtimes] What the servers of these tests run on. Default all.
 */

/**
 * `source` with the mistake in it. Throws when the pattern does not stand in
 * it once: the code has changed, and the mutant has to.
 */
export function mutate(source, { find, replace }) {
  const words = find.trim().split(/\s+/);
  const pattern = new RegExp(words.map(escaped).join("\\s+"), "g");
  const places = [...source.matchAll(pattern)];
  if (places.length !== 1) {
    throw new Error(
      `the pattern stands ${places.length} times in the file, and not once: ${find}`,
    );
  }
  const [{ 0: found, index }] = places;
  const end = index + found.length;
  const mutated = source.slice(0, index) + replace + source.slice(end);
  if (mutated === source) throw new Error(`nothing is different: ${find}`);
  return mutated;
}

/** The test that a runner of Deno's said failed first. */
export function firstFailure(output) {
  const [, title] = /^(.*?) \.\.\. FAILED/m.exec(output) ?? [];
  return title;
}

function escaped(word) {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
