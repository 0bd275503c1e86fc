// The JavaScript of the package: the sources without their types, each line where it was.
import { dirname, join } from "node:path/posix";
import tsBlankSpace from "ts-blank-space";
import ts from "typescript";

/**
 * The module that comes of the source at `path`. Comments leave empty lines:
 * those for users stand in the declarations. Throws when something in the
 * source is more than a type to leave out.
 */
export function moduleOf(path, source) {
  const parsed = parse(path, source);
  const place = (node) => {
    const { line } = parsed.getLineAndCharacterOfPosition(node.getStart());
    throw new Error(
      `Cannot make a module of ${path}: line ${
        line + 1
      } is TypeScript that is more than types`,
    );
  };
  const typed = withoutComments(parsed);
  const code = withJavaScriptNames(
    withoutGaps(tsBlankSpace(typed, place), typed),
  );
  const lines = code.replace(/[ \t]+$/gm, "").trimEnd().split("\n");
  const kept = linesInTexts(parsed);
  // Half of the indentation is read as well, and a hundredth of the package.
  const narrow = lines.map((line, at) =>
    kept.has(at)
      ? line
      : line.replace(/^ +/, (indent) => indent.slice(indent.length / 2))
  );
  return `${narrow.join("\n")}\n`;
}

/** The numbers of the lines of `file` that begin within a template. */
function linesInTexts(file) {
  const found = new Set();
  const lineOf = (at) => file.getLineAndCharacterOfPosition(at).line;
  const visit = (node) => {
    if (
      ts.isTemplateLiteralToken(node) || ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    ) {
      const last = lineOf(node.end);
      for (let at = lineOf(node.getStart(file)) + 1; at <= last; at++) {
        found.add(at);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `code` with one space, or none where none is needed, in place of those that stand for what `typed` has there. */
function withoutGaps(code, typed) {
  return code.replace(/ {2,}/g, (gap, at) => {
    const isType = typed.slice(at, at + gap.length) !== gap;
    if (!isType) return gap;
    return /[,;)]/.test(code.charAt(at + gap.length)) ? "" : " ";
  });
}

/** What bundlers read. */
const FOR_BUNDLERS = /webpackIgnore|@vite-ignore/;

/** The text of `file`, with nothing but its lines left of each comment that is for people. */
function withoutComments(file) {
  const { text } = file;
  const comments = new Map();
  const visit = (node) => {
    const found = ts.getLeadingCommentRanges(text, node.pos) ?? [];
    for (const { pos, end } of found) {
      if (!FOR_BUNDLERS.test(text.slice(pos, end))) comments.set(pos, end);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  visit(file.endOfFileToken);
  let result = text;
  for (const [from, to] of comments) {
    const blank = text.slice(from, to).replace(/[^\n]/g, " ");
    result = result.slice(0, from) + blank + result.slice(to);
  }
  return result;
}

/** What `source` imports and re-exports from other files, as paths beside its own. */
export function importsOf(path, source) {
  return specifiers(parse(path, source))
    .map(({ text }) => text)
    .filter((text) => text.startsWith("."))
    .map((text) => join(dirname(path), text));
}

/** `source` with `./x.ts` as `./x.js` wherever it imports a file. */
export function withJavaScriptNames(source) {
  let result = source;
  for (const { text, end } of specifiers(parse("module.ts", source))) {
    if (!text.startsWith(".") || !text.endsWith(".ts")) continue;
    // As long as before, so that nothing moves.
    result = `${result.slice(0, end - 4)}.js${result.slice(end - 1)}`;
  }
  return result;
}

function parse(path, source) {
  return ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
}

/** The strings that name modules, also those in `import("…")` of code and of types. */
function specifiers(file) {
  const found = [];
  const visit = (node) => {
    const specifier = specifierOf(node);
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(specifier);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function specifierOf(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier;
  }
  if (ts.isImportTypeNode(node)) return node.argument.literal;
  const isImport = ts.isCallExpression(node) &&
    node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}
