// What a source imports.

/** Every import and re-export in what `scan()` made of a source: `{ index, text, isType }`; `text` is undefined when it is computed. */
export function* importsOf(code, strings) {
  const statements =
    /(?<![\w$.])(import|export)\b\s*(?:(type\b(?!\s*,|\s+from\b))?\s*([\w$*\s,{}]*?)\s*\bfrom\s*)?"(\d+)"/g;
  for (const match of code.matchAll(statements)) {
    const [, keyword, type, names = "", number] = match;
    if (keyword === "export" && !match[0].includes("from")) continue;
    const isType = type !== undefined || allTypes(names);
    yield { index: match.index, text: strings[number], isType };
  }
  for (const match of code.matchAll(/(?<![\w$.])import\s*\(\s*("(\d+)")?/g)) {
    yield { index: match.index, text: strings[match[2]], isType: false };
  }
}

function allTypes(names) {
  const inner = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  if (inner === undefined) return false;
  const each = inner.split(",").map((name) => name.trim()).filter(Boolean);
  return each.length > 0 && each.every((name) => /^type\s/.test(name));
}
