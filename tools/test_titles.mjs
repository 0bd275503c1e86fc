// Which tests a file has, and which runtimes leave them out. Pure.
import { scan } from "./source_scan.mjs";

const RUNTIMES = ["deno", "bun", "workerd", "node"];
/** What registers a test in every file; a file may have functions of its own that call these with a name. */
const REGISTERS = ["behaviour", "calls", "property", "test", "theirs"];

/**
 * `{ title, skips }` of each test in `source`. `skips` are the runtimes that
 * leave it out. A title with a part that is computed is as the source has it,
 * with `${…}`. With `isList` the file is a list of tests, which have a `name`.
 */
export function testsIn(source, isList = false) {
  const registers = [...REGISTERS, ...ownRegisters(source)].join("|");
  const { code, strings } = scan(withoutTemplates(source, registers));
  const titles = isList
    ? /^ {4}name:\s*"(\d+)"/gm
    : new RegExp(`(?<![\\w$.])(?:${registers})\\(\\s*"(\\d+)"`, "g");
  return [...code.matchAll(titles)].map(({ 1: number, index }) => ({
    title: strings[number].replace(/\\(.)/g, "$1"),
    skips: isList ? [] : skipsOf(callAt(code, index), code),
  }));
}

/** Functions of the file whose first parameter is the title of a test. */
function ownRegisters(source) {
  const own =
    /\bfunction (\w+)\(\s*(\w+): string,[\s\S]{0,300}?\n\): void \{\s*(?:behaviour|test|theirs)\(\s*(?:\2\b|`[^`]*\$\{\2\})/g;
  return [...source.matchAll(own)].map(([, name]) => name);
}

function skipsOf(call, code) {
  if (/\bskip\s*:/.test(call)) return RUNTIMES;
  const last = /,\s*(\{[^{}]*\}|\w+),?\s*\)$/.exec(call)?.[1];
  if (last === undefined) return [];
  const options = last.startsWith("{")
    ? last
    : new RegExp(`\\bconst ${last}\\b[^=]*= (\\{[^{}]*\\})`).exec(code)?.[1];
  return RUNTIMES.filter((runtime) =>
    new RegExp(`\\b${runtime}\\s*:`).test(options ?? "")
  );
}

/** The call that begins at `from`, to its last parenthesis. */
function callAt(code, from) {
  let depth = 0;
  for (let at = code.indexOf("(", from); at < code.length; at++) {
    if ("([{".includes(code[at])) depth++;
    else if (")]}".includes(code[at]) && --depth === 0) {
      return code.slice(from, at + 1);
    }
  }
  return code.slice(from);
}

/** Titles that are templates as strings, which `scan` keeps. */
function withoutTemplates(source, registers) {
  const template = new RegExp(
    `(\\b(?:${registers})\\(\\s*)\`((?:[^\`\\\\]|\\\\.)*)\``,
    "g",
  );
  return source.replace(template, (_, start, text) => {
    const string = text.replaceAll("\\`", "`").replaceAll('"', '\\"')
      .replace(/\s*\n\s*/g, " ");
    return `${start}"${string}"`;
  });
}
