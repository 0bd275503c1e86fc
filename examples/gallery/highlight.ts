import { escapeHtml } from "./html.ts";

/** A comment, or a text in quotes. A regular expression that has quotes in it would be read wrongly: it only looks odd. */
const SCRIPT =
  /(\/\*[\s\S]*?\*\/|(?<![:"'`\w])\/\/.*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\b(import|export|from|as|default|class|extends|override|static|readonly|interface|type|function|return|const|let|new|async|await|yield|for|of|in|if|else|try|catch|finally|throw|this|with|declare)\b/g;
const STYLE = /(\/\*[\s\S]*?\*\/)|("(?:\\.|[^"\\\n])*")|(@[\w-]+)/g;
const HTML = /(<!--[\s\S]*?-->)|("[^"]*")|(<\/?[\w-]+|\/?>)/g;

/** Source as HTML, with its comments, texts and keywords marked. */
export function highlight(text: string, path: string): string {
  const pattern = path.endsWith(".css")
    ? STYLE
    : path.endsWith(".html")
    ? HTML
    : SCRIPT;
  let html = "";
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [all, comment, quoted] = match;
    html += escapeHtml(text.slice(end, match.index));
    const kind = comment !== undefined
      ? "comment"
      : quoted !== undefined
      ? "text"
      : "word";
    html += `<span class="${kind}">${escapeHtml(all)}</span>`;
    end = match.index + all.length;
  }
  return html + escapeHtml(text.slice(end));
}
