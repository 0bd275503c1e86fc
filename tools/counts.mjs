// Reads from the output of a test runner how many tests passed, failed and
// were skipped, and which failed, with what was said about it. A runner that
// says nothing, or ran nothing, has no counts.

/** From Deno's JUnit report. A test with steps counts as its steps. */
export function junitCounts(xml) {
  const cases = [...xml.matchAll(CASE)].map(([, name, body = ""]) => ({
    name: unescapeXml(name),
    failed: /<(failure|error)\b/.test(body),
    text: unescapeXml(
      /<(?:failure|error)\b(?:[^">]|"[^"]*")*>([^<]*)/.exec(body)?.[1] ?? "",
    ),
    skipped: body.includes("<skipped"),
  }));
  const groups = new Set();
  for (const { name } of cases) {
    const parts = name.split(" > ");
    for (let i = 1; i < parts.length; i++) {
      groups.add(parts.slice(0, i).join(" > "));
    }
  }
  const failures = cases.filter(({ failed }) => failed);
  // A group that failed while its steps passed (a hook, a leak) counts too.
  const counted = cases.filter(({ name, failed }) =>
    !groups.has(name) ||
    failed && !failures.some((step) => step.name.startsWith(`${name} > `))
  );
  const skips = counted.filter(({ skipped }) => skipped);
  const failed = counted.filter((test) => test.failed);
  return counts(
    counted.length - failed.length - skips.length,
    failed.length,
    skips.map(({ name }) => name),
    failed,
  );
}

/** From the end of what `bun test` prints. */
export function bunCounts(output) {
  const number = (word) =>
    Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(output)?.[1] ?? 0);
  const skips = [...output.matchAll(/^\((?:skip|todo)\) (.+)$/gm)]
    .map(([, name]) => withoutTime(name));
  // What is wrong stands before the name, behind what came before that.
  const failed = output.split(
    /^\((?:pass|skip|todo)\) .*$|^[^\s()]+\.test\.tsx?:$/m,
  )
    .flatMap((part) => [...part.matchAll(/([\s\S]*?)^\(fail\) (.+)$/gm)])
    .map(([, text, name]) => ({ name: withoutTime(name), text }));
  return counts(number("pass"), number("fail"), skips, failed);
}

/** From what the stand-in of workerd prints. */
export function standInCounts(output) {
  const last = /^(\d+) passed, (\d+) failed, \d+ skipped$/m.exec(output);
  if (last === null) return undefined;
  const skips = [...output.matchAll(/^\(skip\) (.+)$/gm)].map(([, name]) =>
    name
  );
  const failed = [
    ...output.matchAll(/^\(fail\) (.+)\n((?:(?!\(|\d+ passed).*\n)*)/gm),
  ]
    .map(([, name, text]) => ({ name, text }));
  return counts(Number(last[1]), Number(last[2]), skips, failed);
}

const CASE = /<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;

function counts(passed, failed, skips, failures) {
  if (passed + failed + skips.length === 0) return undefined;
  return {
    passed,
    failed,
    skips,
    failures: failures.map(({ name, text }) => ({ name, text: text.trim() })),
  };
}

function withoutTime(name) {
  return name.replace(/ \[[\d.]+m?s\]$/, "");
}

function unescapeXml(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
