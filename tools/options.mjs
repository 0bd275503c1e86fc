// What the sources say of options, and whether a page of the documentation says it too. Pure.

/** The members of the interfaces in `source` whose names end in `Options`, with the default that their comment names. */
export function optionsIn(source) {
  const blocks = source.matchAll(
    /export interface \w+Options\b[^{]*\{\n([\s\S]*?)\n\}/g,
  );
  return [...blocks].flatMap(([, body]) =>
    [...body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\?*:/g)].map(
      ([, comment, name]) => ({ name, default: defaultIn(comment) }),
    )
  );
}

/** A number, or what stands in backticks; what is not so short no table has to repeat. */
function defaultIn(comment) {
  const [, value] = /Default (`[^`]+`|[\d,]*\d)/.exec(comment) ?? [];
  return value;
}

/** What is wrong with the tables of `page`, in sentences. */
export function optionProblems(options, page) {
  const rows = page.split("\n").filter((line) => line.startsWith("|"));
  return options.flatMap(({ name, default: value }) => {
    const about = rows.filter((row) =>
      new RegExp("`" + name + "[`(]").test(row.split("|")[1])
    );
    if (about.length === 0) return [`no table has the option ${name}`];
    if (value && !about.some((row) => row.split("|")[2].includes(value))) {
      return [`the table has another default of ${name} than ${value}`];
    }
    return [];
  });
}
