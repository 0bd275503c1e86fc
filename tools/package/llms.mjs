// llms.txt: what is in the documentation, for programs that read it. Pure.
import { withoutComments } from "../docs/site_pages.mjs";

/** `pages` are the paths and texts of Markdown files; the first is the README. */
export function llmsText(pages) {
  const [[, readme], ...others] = pages;
  const lines = pages.map(([path, text]) => {
    const title = /^# (.+)$/m.exec(text)?.[1] ?? path;
    return `- [${title}](${path}): ${firstSentence(text)}`;
  });
  if (others.length === 0) throw new Error("There is no documentation");
  return `# ${/^# (.+)$/m.exec(readme)[1]}

> ${firstSentence(readme)}

Types and comments of everything that is public are in \`dist/*.d.ts\` of
the package. The modules beside them are the sources without their types, line
by line.

## Documentation

${lines.join("\n")}
`;
}

/** All pages in one text, for programs that read no links. */
export function llmsFullText(pages) {
  return pages.map(([path, text]) =>
    `<!-- ${path} -->\n\n${withoutComments(text).trim()}\n`
  ).join("\n");
}

function firstSentence(text) {
  const body = withoutComments(text).replace(/^# .+\n+/, "");
  const paragraph = body.split(/\n\s*\n/)
    .find((part) => /^(?:[A-Z*]|`[^`])/.test(part)) ?? "";
  const plain = paragraph.replace(/\s+/g, " ").replace(/\*\*/g, "")
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
  return /^.*?[.:](?= |$)/.exec(plain)?.[0].replace(/:$/, ".") ?? plain;
}
