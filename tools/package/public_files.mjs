// Which declarations users meet: what an entry exports, and what that extends. Pure.
import { dirname, join } from "node:path/posix";
import ts from "typescript";

/** The paths of `declarations`, texts by their paths, that users meet from `entries` on. */
export function publicFiles(entries, declarations) {
  const found = new Set();
  const visit = (path) => {
    const text = declarations.get(path);
    if (found.has(path) || text === undefined) return;
    found.add(path);
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    for (const name of [...exported(file), ...extended(file)]) {
      const target = join(dirname(path), name);
      visit(target.replace(/(\.d)?\.[jt]s$/, ".d.ts"));
    }
  };
  entries.forEach(visit);
  return found;
}

function exported(file) {
  return file.statements
    .filter((each) => ts.isExportDeclaration(each) && each.moduleSpecifier)
    .map((each) => each.moduleSpecifier.text);
}

/** Where that comes from what the file's classes, interfaces and exported names are made of. */
function extended(file) {
  const origins = new Map();
  const exports = new Set();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
      for (const { name } of bindings.elements) {
        origins.set(name.text, statement.moduleSpecifier.text);
      }
    } else if (
      ts.isExportDeclaration(statement) && !statement.moduleSpecifier
    ) {
      for (const each of statement.exportClause?.elements ?? []) {
        exports.add((each.propertyName ?? each.name).text);
      }
    }
  }
  const names = new Set(exports);
  const visit = (node) => {
    if (ts.isExpressionWithTypeArguments(node)) {
      names.add(node.expression.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...names].flatMap((name) => origins.get(name) ?? []);
}

/** `text` without its comments for users, which are nobody's in a file that they do not meet. */
export function withoutComments(text) {
  return text.replace(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gm, "");
}
