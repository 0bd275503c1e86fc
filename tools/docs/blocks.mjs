// The code blocks of a Markdown page. Pure.

/**
 * A block of TypeScript, at the lines that it has on its page, so that an error
 * names them. A comment before it says what a reader sees elsewhere:
 *
 *     <!-- block run
 *     import { Agent } from "@roam/agents";
 *     -->
 *
 * With a file's name, `<!-- block agents.ts`, the comment is a block itself.
 *
 * @typedef {{ line: number, name?: string, runs: boolean, jsx: boolean, source: string }} Block
 */

const FENCE = /^( *)(`{3,})(\w*)(?: .*)?$/;
const COMMENT = /^<!-- block\b([^>]*?)(-->)?$/;
const LOCAL = /(from\s+|import\s+|import\()"\.\/([\w./-]+)"/g;

/** @param {string} text @returns {Block[]} */
export function blocksOf(text) {
  const lines = text.split("\n");
  const blocks = [];
  /** What the comment above says, until its block comes. */
  let said;
  for (let at = 0; at < lines.length; at++) {
    const comment = COMMENT.exec(lines[at]);
    if (comment !== null) {
      const end = comment[2] ? at : endOf(lines, at, (line) => line === "-->");
      const words = comment[1].trim().split(/\s+/).filter(Boolean);
      const part = { begin: at + 1, lines: lines.slice(at + 1, end) };
      const name = words.find((word) => /\.tsx?$/.test(word));
      const known = words.filter((word) => word !== "run" && word !== name);
      if (known.length > 0) {
        throw new Error(`line ${at + 1}: "${known[0]}" means nothing here`);
      }
      if (said !== undefined) throw noBlock(said);
      const runs = words.includes("run");
      if (name === undefined) said = { line: at + 1, runs, part };
      else blocks.push(block([part], name, runs, name.endsWith("x")));
      at = end;
      continue;
    }
    const fence = FENCE.exec(lines[at]);
    if (fence === null) continue;
    const [, indent, ticks, language] = fence;
    const end = endOf(lines, at, (line) => line === indent + ticks);
    const part = {
      begin: at + 1,
      lines: lines.slice(at + 1, end).map((line) => line.slice(indent.length)),
    };
    at = end;
    if (language !== "ts" && language !== "tsx") continue;
    const name = /^\/\/ ([\w./-]+\.tsx?)\b/.exec(part.lines[0] ?? "")?.[1];
    const parts = said === undefined ? [part] : [said.part, part];
    blocks.push(block(parts, name, said?.runs ?? false, language === "tsx"));
    said = undefined;
  }
  if (said !== undefined) throw noBlock(said);
  return blocks;
}

/**
 * The files to check, by their names: what a block imports from "./name.ts" is
 * the last block of that name before it.
 * @param {Block[]} blocks
 */
export function filesOf(blocks) {
  const names = new Map();
  return blocks.map((block, at) => {
    const file = `${at + 1}.${block.jsx ? "tsx" : "ts"}`;
    const text = block.source.replace(LOCAL, (_, before, path) => {
      const found = names.get(path);
      if (found === undefined) {
        throw new Error(`line ${block.line}: no block before it is ./${path}`);
      }
      return `${before}"./${found}"`;
    });
    if (block.name !== undefined) names.set(block.name, file);
    // Without it a block that imports nothing would share its names with others.
    return { file, text: `${text}\nexport {};\n`, runs: block.runs };
  });
}

function block(parts, name, runs, jsx) {
  const lines = [];
  for (const part of parts) {
    while (lines.length < part.begin) lines.push("");
    lines.push(...part.lines);
  }
  const line = parts[parts.length - 1].begin + 1;
  return { line, name, runs, jsx, source: lines.join("\n") };
}

function endOf(lines, begin, isEnd) {
  for (let at = begin + 1; at < lines.length; at++) {
    if (isEnd(lines[at])) return at;
  }
  throw new Error(`line ${begin + 1}: it has no end`);
}

function noBlock({ line }) {
  return new Error(`line ${line}: no block of TypeScript follows`);
}
