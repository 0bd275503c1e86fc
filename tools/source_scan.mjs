// Just enough of a JavaScript scanner to tell code from comments and texts.

/**
 * `code` is `source` without comments, and with the number of a string in
 * place of what stands in its quotes; line breaks stay where they are.
 */
export function scan(source) {
  const strings = [];
  let code = "";
  let at = 0;
  // The depth of braces in each `${` that is open.
  const templates = [];
  const keepLines = (text) => text.replace(/[^\n]/g, "");

  while (at < source.length) {
    const char = source[at];
    const rest = source.slice(at, at + 2);
    if (rest === "//") skipTo(indexOr(source, "\n", at));
    else if (rest === "/*") skipTo(indexOr(source, "*/", at + 2) + 2);
    else if (char === '"' || char === "'") string(char);
    else if (char === "`") template(at + 1);
    else if (char === "}" && templates.at(-1) === 0) {
      templates.pop();
      template(at + 1);
    } else if (char === "/" && regexMayStart(code)) {
      skipTo(at + REGEX.exec(source.slice(at))[0].length);
      code += "/r/";
    } else {
      if (templates.length > 0) {
        if (char === "{") templates[templates.length - 1]++;
        if (char === "}") templates[templates.length - 1]--;
      }
      code += char;
      at++;
    }
  }
  return { code, strings };

  function skipTo(end) {
    code += keepLines(source.slice(at, end)) || " ";
    at = end;
  }

  function string(quote) {
    let end = at + 1;
    while (end < source.length && source[end] !== quote) {
      end += source[end] === "\\" ? 2 : 1;
    }
    code += `"${strings.push(source.slice(at + 1, end)) - 1}"`;
    at = end + 1;
  }

  /** Skips the text of a template up to its end, or to the next expression. */
  function template(from) {
    let end = from;
    while (end < source.length && source[end] !== "`") {
      if (source.startsWith("${", end)) {
        templates.push(0);
        break;
      }
      end += source[end] === "\\" ? 2 : 1;
    }
    const stop = source[end] === "`" ? end + 1 : end + 2;
    skipTo(Math.min(stop, source.length));
  }
}

/** The number of the line in which `index` of `text` is. */
export function lineAt(text, index) {
  return text.slice(0, index).split("\n").length;
}

const REGEX = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])*\/?[a-z]*/;

function indexOr(text, wanted, from) {
  const index = text.indexOf(wanted, from);
  return index < 0 ? text.length : index;
}

/** A slash divides after a value, and begins a regular expression elsewhere. */
function regexMayStart(before) {
  const last = before.trimEnd();
  if (/\b(return|typeof|case|in|of|do|else|await|yield)$/.test(last)) {
    return true;
  }
  return last === "" || /[=([{,;:!&|?+\-*%<>~^]$/.test(last);
}
