// What a release has to say of itself, and says in several places. Pure.

/**
 * What is wrong, in sentences. `npm` and `jsr` are package.json and deno.json,
 * `changelog` is the text of CHANGELOG.md, and `starters` has the ranges in
 * which starters ask for the package, by their paths.
 */
export function releaseProblems({ npm, jsr, changelog, starters }) {
  const problems = [];
  const { version } = npm;
  for (const key of ["name", "version", "license"]) {
    if (npm[key] === jsr[key]) continue;
    problems.push(
      `${key} is ${npm[key]} in package.json and ${jsr[key]} in deno.json`,
    );
  }
  const [, first] = /^## (.+)$/m.exec(changelog) ?? [];
  if (first?.split(" ")[0] !== version) {
    problems.push(
      `CHANGELOG.md begins with "${first}": what is released stands below "## ${version} (the day)"`,
    );
  }
  for (const [path, range] of Object.entries(starters)) {
    if (range === `^${version}`) continue;
    problems.push(`${path} asks for ${range}, which should be ^${version}`);
  }
  if (!npm.repository?.url) {
    problems.push(
      "package.json has no repository: npm shows it, and wants it to tell where a package was built",
    );
  }
  return problems;
}

/** What to do next, as text; `archive` is the file for npm. */
export function publishingSteps(version, archive) {
  return `Everything holds. To publish ${version}:

  git tag v${version} && git push origin v${version}
  npm publish ${archive} --access public    # by a member of the scope on npm
  deno publish                                     # by a member of the scope on JSR

Then try both: npx @roam/agents create my-app, and deno add jsr:@roam/agents.
`;
}
