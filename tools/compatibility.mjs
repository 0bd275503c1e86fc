// The table of what Cloudflare's SDK has and what becomes of it here: what is
// wrong with its rows, and the page they make. Pure.

const VERDICTS = ["same", "better", "not yet", "never"];
const RUNTIMES = ["deno", "bun", "workerd"];

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

/** The page, which `deno fmt` has to see. */
export function pageOf(introduction, sections) {
  return `${introduction}\n${sections.map(sectionOf).join("\n")}`;
}

function sectionOf({ title, text = "", rows }) {
  const proofs = [];
  const numberOf = (proof) => {
    if (!proofs.includes(proof)) proofs.push(proof);
    return proofs.indexOf(proof) + 1;
  };
  const lines = rows.map(
    ({ feature, core, verdict, note = "", tests = {} }) => {
      const numbers = Object.entries(tests).flatMap(([file, titles]) =>
        titles.map((title) => numberOf(`${link(file)}: ${plain(title)}`))
      );
      const name = core ? `**${feature}**` : feature;
      const cells = [name, verdict, note, numbers.join(", ")];
      return `| ${
        cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")
      } |`;
    },
  );
  return `## ${title}
${text && `\n${text}\n`}
| feature | here | how, or why | proof |
| ------- | ---- | ----------- | ----- |
${lines.join("\n")}

${proofs.map((proof, index) => `${index + 1}. ${proof}`).join("\n")}
`;
}

function link(file) {
  return `[${file.replace(/\.test\.ts$|\.ts$/, "")}](../tests/${file})`;
}

/** A title as text: what is computed in it is left out. */
function plain(title) {
  return title.replace(/\$\{[^}]*\}+/g, "…").replace(/[\\`*_<>[\]]/g, "\\$&");
}
