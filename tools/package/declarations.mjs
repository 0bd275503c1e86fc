// The declarations of the package, which need no library of types but ES2022.
import { dirname, join, relative } from "node:path/posix";
import ts from "typescript";
import { root } from "../setup.mjs";
import { importsOf, withJavaScriptNames } from "./modules.mjs";
import { publicFiles, withoutComments } from "./public_files.mjs";

const WEB_TYPES = "dist/web_types.d.ts";
/** "Cannot find name": a type, or a value, or one that another library would bring. */
const UNKNOWN_NAME = new Set([2304, 2318, 2552, 2580, 2583, 2584]);

/**
 * The `.d.ts` files of `entries` and of what they lead to, from the root of
 * the package. What is of the web is taken from wherever the project has it,
 * by way of `webTypes`. Throws where that does not declare a name in use.
 */
export function declarationsOf(entries, webTypes) {
  const emitted = emit(entries);
  const reached = new Map();
  const visit = (path) => {
    if (reached.has(path)) return;
    const text = emitted.get(path);
    if (text === undefined) throw new Error(`Nothing declares ${path}`);
    reached.set(path, text);
    importsOf(path, text).forEach((name) => visit(declarationPath(name)));
  };
  entries.forEach((entry) => visit(`dist/${declarationPath(entry)}`));
  const met = publicFiles(
    entries.map((entry) => `dist/${declarationPath(entry)}`),
    reached,
  );
  const plain = new Map(
    [...reached].map(([path, text]) => [
      path,
      withUndefined(
        withJavaScriptNames(met.has(path) ? text : withoutComments(text)),
      )
        .replaceAll("typeof globalThis.fetch", "typeof fetch"),
    ]),
  );
  const declarations = new Map([...plain, [WEB_TYPES, webTypes]]);
  for (const [path, names] of unknownNames(declarations)) {
    const from = relative(dirname(path), WEB_TYPES).replace(".d.ts", ".js");
    const specifier = from.startsWith(".") ? from : `./${from}`;
    const list = [...names].sort().join(", ");
    const line = `import type { ${list} } from "${specifier}";\n`;
    declarations.set(path, line + declarations.get(path));
  }
  const problems = problemsOf(declarations);
  if (problems.length > 0) {
    throw new Error(`Cannot declare the package:\n${problems.join("\n")}`);
  }
  return declarations;
}

/** An optional member may be there and undefined, also where a project tells the two apart. */
function withUndefined(text) {
  const file = ts.createSourceFile("a.d.ts", text, ts.ScriptTarget.ES2022);
  const places = [];
  const visit = (node) => {
    const isMember = ts.isPropertySignature(node) ||
      ts.isPropertyDeclaration(node);
    if (isMember && node.questionToken && node.type && !takesIt(node.type)) {
      const isOpen = ts.isFunctionTypeNode(node.type) ||
        ts.isConstructorTypeNode(node.type) ||
        ts.isConditionalTypeNode(node.type);
      if (isOpen) places.push([node.type.getStart(file), "("]);
      places.push([node.type.end, `${isOpen ? ")" : ""} | undefined`]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  places.sort(([a], [b]) => b - a);
  return places.reduce(
    (result, [at, more]) => result.slice(0, at) + more + result.slice(at),
    text,
  );
}

/** Whether a type says `undefined` by itself. */
function takesIt(type) {
  return ts.isUnionTypeNode(type) &&
    type.types.some(({ kind }) => kind === ts.SyntaxKind.UndefinedKeyword);
}

function declarationPath(path) {
  return path.replace(/(\.d)?\.ts$/, ".d.ts");
}

/** Whether the types are right is for `deno check` to say, which knows the runtime. */
function emit(entries) {
  const program = ts.createProgram({
    rootNames: [
      ...entries.map((entry) => join(root, entry)),
      join(root, "tools/package/deno.d.ts"),
    ],
    options: {
      ...common,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: ["node"],
      noCheck: true,
      allowImportingTsExtensions: true,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: "dist",
    },
  });
  const emitted = new Map();
  const { diagnostics } = program.emit(
    undefined,
    (path, text) => emitted.set(path.slice(path.indexOf("dist/")), text),
  );
  if (diagnostics.length > 0) throw new Error(said(diagnostics).join("\n"));
  return emitted;
}

const common = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
};

/** The names in each file that nobody declares who has ES2022 alone. */
function unknownNames(declarations) {
  const unknown = new Map();
  for (const { code, file, start, length } of diagnose(declarations)) {
    if (!UNKNOWN_NAME.has(code)) continue;
    const path = relative(root, file.fileName);
    if (!unknown.has(path)) unknown.set(path, new Set());
    unknown.get(path).add(file.text.slice(start, start + length));
  }
  return unknown;
}

function problemsOf(declarations) {
  return said(diagnose(declarations));
}

/** What is wrong with the files for a project that has ES2022 alone. */
function diagnose(declarations) {
  const options = {
    ...common,
    lib: ["lib.es2022.d.ts"],
    types: [],
    noEmit: true,
    skipLibCheck: false,
  };
  const host = ts.createCompilerHost(options);
  const virtual = new Map(
    [...declarations].map(([path, text]) => [join(root, path), text]),
  );
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  const folders = new Set([...virtual.keys()].map(dirname));
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.directoryExists = (path) => folders.has(path) || directoryExists(path);
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  host.getSourceFile = (path, version) =>
    virtual.has(path)
      ? ts.createSourceFile(path, virtual.get(path), version, true)
      : getSourceFile(path, version);
  const program = ts.createProgram({
    rootNames: [...virtual.keys()],
    options,
    host,
  });
  return ts.getPreEmitDiagnostics(program);
}

function said(diagnostics) {
  return diagnostics.map((diagnostic) =>
    ts.formatDiagnostic(diagnostic, {
      getCanonicalFileName: (path) => path,
      getCurrentDirectory: () => root,
      getNewLine: () => "\n",
    }).trimEnd()
  );
}
