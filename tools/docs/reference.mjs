// The page that lists everything an entry exports, of what `deno doc` says. Pure.

const KINDS = {
  class: "class",
  function: "function",
  interface: "interface",
  typeAlias: "type",
  variable: "constant",
};

const INTRODUCTION = `# Reference

Everything that each entry exports, and the members of classes and options. The
sentences are the first ones of the comments in the sources, which an editor
shows in full.
`;

/** `entries` are pairs of what is imported and what \`deno doc --json\` says of it. */
export function referenceOf(entries) {
  const described = new Set();
  const sections = entries.map(([name, { module_doc, symbols = [] }]) => {
    const about = firstSentence(module_doc?.doc);
    const found = symbols.map(symbolOf).filter(Boolean)
      .sort((a, b) => a.name < b.name ? -1 : 1);
    const rows = found.map(({ name, kind, about }) =>
      `| \`${name}\` | ${kind} | ${about} |`
    );
    // Several entries export the same, whose members stand with the first.
    const isNew = ({ name, members }) =>
      members.length > 0 && !described.has(name) && described.add(name);
    const details = found.filter(isNew)
      .map(({ name, members }) =>
        `### ${name}\n\n| member | meaning |\n| --- | --- |\n${
          members.map(([name, about]) => `| \`${name}\` | ${about} |`)
            .join("\n")
        }\n`
      );
    return `## ${name}\n\n${about}\n\n| export | kind | meaning |\n| --- | --- | --- |\n${
      rows.join("\n")
    }\n\n${details.join("\n")}`;
  });
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

function symbolOf({ name, declarations }) {
  const known = declarations.filter(({ declarationKind, kind }) =>
    declarationKind === "export" && kind in KINDS
  );
  if (known.length === 0) return undefined;
  const documented = known.find(({ jsDoc }) => jsDoc?.doc) ?? known[0];
  const members = known.flatMap(membersOf);
  const about = firstSentence(documented.jsDoc?.doc);
  return { name, kind: KINDS[known[0].kind], about, members };
}

/** The members that one uses: of classes, and of what one gives to a function. */
function membersOf({ kind, def, jsDoc }) {
  if (kind === "function" || jsDoc === undefined) return [];
  const { properties = [], methods = [] } = def ?? {};
  const isTold = kind === "class" || kind === "interface";
  if (!isTold) return [];
  const found = new Map();
  for (const member of [...properties, ...methods]) {
    const { name, accessibility, jsDoc, isStatic } = member;
    if (accessibility === "private" || accessibility === "protected") continue;
    if (/^[#_[]/.test(name) || !jsDoc?.doc) continue;
    const isCalled = member.functionDef !== undefined &&
      member.kind === "method";
    const shown = `${isStatic ? "static " : ""}${name}${isCalled ? "()" : ""}`;
    if (!found.has(shown)) found.set(shown, firstSentence(jsDoc.doc));
  }
  return [...found];
}

function firstSentence(doc = "") {
  const [paragraph] = doc.trim().split(/\n\s*\n/);
  const plain = paragraph.replace(/\s+/g, " ")
    .replace(/\{@link(?:code|plain)? ([^}|\s]+)(?:[|\s][^}]*)?\}/g, "`$1`");
  const sentence = /^.*?[.](?= [A-Z`]|$)/.exec(plain)?.[0] ?? plain;
  return sentence.replaceAll("|", "\\|").replace(/<(?=\w)/g, "\\<");
}
