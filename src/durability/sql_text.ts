/** One statement of a text that `this.sql` was given. */
export interface SqlStatement {
  /** What stands between its values: one text more than it has values. */
  readonly parts: readonly string[];
  /** Which of the text's values is its first. */
  readonly firstValue: number;
  /** Its first word, in capitals: `SELECT`. */
  readonly verb: string;
}

/** A template is the same array each time that its line runs. */
const known = new WeakMap<readonly string[], readonly SqlStatement[]>();

/**
 * The statements of a template, whose values stand between `strings`. A
 * semicolon ends a statement, but not in quotes, in a comment or in the body
 * of a trigger. Comments around statements are left out.
 *
 * Throws an error that says the cure when there is no statement, when a value
 * stands where SQLite takes none, and for a parameter that has no value.
 */
export function statementsOf(
  strings: readonly string[],
): readonly SqlStatement[] {
  let statements = known.get(strings);
  if (statements === undefined) {
    statements = split(strings);
    // An array that can change is somebody's, and no template.
    if (Object.isFrozen(strings)) known.set(strings, statements);
  }
  return statements;
}

/** A place in the template: the part, and how far into it. */
type Place = readonly [part: number, offset: number];

interface Token {
  readonly text: string;
  readonly start: Place;
  readonly end: Place;
}

const VALUE = "?";
const TRIGGER =
  /^(?:EXPLAIN (?:QUERY PLAN )?)?CREATE (?:TEMP |TEMPORARY )?TRIGGER /;

function split(strings: readonly string[]): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let tokens: Token[] = [];
  const finish = () => {
    if (tokens.length > 0) statements.push(statementOf(strings, tokens));
    tokens = [];
  };
  for (const token of tokensOf(strings)) {
    if (token.text === ";" && !isInTrigger(tokens)) finish();
    else tokens.push(token);
  }
  finish();
  if (statements.length === 0) {
    throw new SyntaxError("there is no statement in the text");
  }
  return statements;
}

function statementOf(
  strings: readonly string[],
  tokens: readonly Token[],
): SqlStatement {
  const [first, from] = tokens[0].start;
  const [last, to] = tokens.at(-1)!.end;
  const parts = strings.slice(first, last + 1);
  // The end first: it may be in the same part.
  parts[last - first] = parts[last - first].slice(0, to);
  parts[0] = parts[0].slice(from);
  return { parts, firstValue: first, verb: tokens[0].text.toUpperCase() };
}

/** A trigger is over after a semicolon and END. */
function isInTrigger(tokens: readonly Token[]): boolean {
  const words = tokens.slice(0, 6).map(({ text }) => text.toUpperCase());
  if (!TRIGGER.test(`${words.join(" ")} `)) return false;
  const [before, last] = tokens.slice(-2);
  return before.text !== ";" || last.text.toUpperCase() !== "END";
}

/** Spaces, comments, quoted texts, parameters, words; else a single character. */
const TOKEN =
  /\s+|--[^\n]*|\/\*[^]*?\*\/|\/\*[^]*|'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?|\?\d*|[:@#$][\w$\u0080-\uffff]+|[\w\u0080-\uffff][\w$\u0080-\uffff]*|[^]/g;

function* tokensOf(strings: readonly string[]): Generator<Token> {
  for (const [part, string] of strings.entries()) {
    const isLast = part === strings.length - 1;
    for (const { 0: text, index } of string.matchAll(TOKEN)) {
      const end = index + text.length;
      if (!isLast && end === string.length && isOpen(text)) {
        throw new SyntaxError(
          `value ${part + 1} stands in quotes or in a comment: ` +
            "write ${} without quotes around it",
        );
      }
      if (/^(?:\s|--|\/\*)/.test(text)) continue;
      if (/^(?:\?|[:@#$].)/.test(text)) {
        throw new SyntaxError(
          `the parameter ${text} has no value: write the value itself, in \${}`,
        );
      }
      yield { text, start: [part, index], end: [part, end] };
    }
    if (isLast) return;
    const next = strings[part + 1];
    // SQLite would take it for the number of a parameter.
    if (/^\d/.test(next)) {
      throw new SyntaxError(
        `value ${part + 1} is followed by a digit: put a space between them`,
      );
    }
    yield { text: VALUE, start: [part, string.length], end: [part + 1, 0] };
  }
}

const CLOSING: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  "`": "`",
  "[": "]",
};

/** Whether quotes or a comment at the end of a part go on after it. */
function isOpen(text: string): boolean {
  if (text.startsWith("--")) return true;
  if (text.startsWith("/*")) return text.length < 4 || !text.endsWith("*/");
  const closing = CLOSING[text[0]];
  return closing !== undefined && (text.length < 2 || !text.endsWith(closing));
}
