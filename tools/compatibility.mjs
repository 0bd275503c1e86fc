// The table of what Cloudflare's SDK has and what becomes of it here: what is
// wrong with its rows, and the pages they make. Pure.

const VERDICTS = ["same", "better", "not yet", "never"];
const PROOFS = "compatibility_proofs.md";
const RUNTIMES = ["deno", "bun", "workerd", "node"];

/**
 * What is wrong with `sections`, a list of sentences. `testsOf(file)` are the
 * tests of a file in tests/, as `testsIn` finds them; `undefined` where there
 * is no such file.
 */
export function problemsOf(sections, testsOf) {
  return sections.flatMap(({ rows }) =>
    rows.flatMap((row) =>
      [...claims(row), ...proofs(row, testsOf)].map((problem) =>
        `${row.feature}: ${problem}`
      )
    )
  );
}

function claims({ core, verdict, note, tests = {}, except = [] }) {
  const problems = [];
  const isKept = verdict === "same" || verdict === "better";
  const titles = Object.values(tests).flat();
  if (!VERDICTS.includes(verdict)) {
    problems.push(`the verdict is one of ${VERDICTS.join(", ")}`);
  }
  if (core && !isKept) problems.push("what is core has to be there");
  if (isKept && titles.length === 0) problems.push("no test proves it");
  if (verdict !== "same" && !note) problems.push("it does not say how, or why");
  if (except.length > 0 && !note) problems.push("it does not say where not");
  return problems;
}

function proofs({ tests = {}, except = [] }, testsOf) {
  const problems = [];
  const skipped = new Set();
  for (const [file, titles] of Object.entries(tests)) {
    const known = testsOf(file);
    if (known === undefined) problems.push(`there is no tests/${file}`);
    for (const title of known ? titles : []) {
      const test = known.find((test) => test.title === title);
      if (test === undefined) {
        problems.push(`tests/${file} has no test "${title}"`);
      } else if (RUNTIMES.every((runtime) => test.skips.includes(runtime))) {
        problems.push(`tests/${file} skips "${title}"`);
      } else test.skips.forEach((runtime) => skipped.add(runtime));
    }
  }
  for (const runtime of RUNTIMES) {
    if (skipped.has(runtime) && !except.includes(runtime)) {
      problems.push(`a test of it is skipped on ${runtime}`);
    }
    if (!skipped.has(runtime) && except.includes(runtime)) {
      problems.push(`no test of it is skipped on ${runtime}`);
    }
  }
  return problems;
}

/** The page, which `deno fmt` has to see. What proves a row is on a page of its own. */
export function pageOf(introduction, sections) {
  return `${introduction}\n${sections.map(sectionOf).join("\n")}`;
}

function sectionOf({ title, text = "", rows }) {
  const anchor = title.toLowerCase().replace(/[^\w ]/g, "").replaceAll(
    " ",
    "-",
  );
  const lines = rows.map(
    ({ feature, core, verdict, note = "", tests = {} }) => {
      const count = Object.values(tests).flat().length;
      const name = core ? `**${feature}**` : feature;
      const proof = count && `[${count}](${PROOFS}#${anchor})`;
      const cells = [name, verdict, note, proof || ""];
      return `| ${
        cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")
      } |`;
    },
  );
  return `## ${title}
${text && `\n${text}\n`}
| feature | here | how, or why | tests |
| ------- | ---- | ----------- | ----- |
${lines.join("\n")}
`;
}

/** The page of the proofs: which tests there are of each row. */
export function proofsOf(introduction, sections) {
  const parts = sections.map(({ title, rows }) =>
    `## ${title}\n\n${
      rows.map(proofsOfRow).filter((text) => text !== "").join("\n")
    }`
  );
  return `${introduction}\n${parts.join("\n")}`;
}

function proofsOfRow({ feature, tests = {} }) {
  const lines = Object.entries(tests).flatMap(([file, titles]) =>
    titles.map((title) => `- ${link(file)}: ${plain(title)}`)
  );
  return lines.length === 0 ? "" : `### ${feature}\n\n${lines.join("\n")}\n`;
}

function link(file) {
  return `[${file.replace(/\.test\.ts$|\.ts$/, "")}](../tests/${file})`;
}

/** A title as text: what is computed in it is left out. */
function plain(title) {
  return title.replace(/\$\{[^}]*\}+/g, "…").replace(/[\\`*_<>[\]]/g, "\\$&");
}
