// What the pages of the documentation are on the site. Pure.
import { posix } from "node:path";

/** Where a page is on the site: `docs/state.md` is `state.md`, the README the first page. */
export function sitePath(path) {
  if (path === "README.md") return "index.md";
  return path.startsWith("docs/") ? path.slice(5) : path.toLowerCase();
}

/**
 * The text of a page, whose links lead to pages of the site. A link to a file
 * that the site does not have is its text.
 */
export function sitePage(path, text, pages) {
  const folder = posix.dirname(path);
  const shown = withoutLayout(withoutComments(text));
  return outsideCode(shown, (part) =>
    part.replace(
      /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g,
      (whole, image, label, target) => {
        if (/^(https?:|mailto:|#)/.test(target)) return whole;
        const [file, anchor] = target.split("#");
        const wanted = posix.join(folder, file);
        if (image) return `![${label}](./${wanted.replace(/^docs\//, "")})`;
        if (!pages.includes(wanted)) return label;
        const from = posix.dirname(sitePath(path));
        const to = posix.relative(from, sitePath(wanted));
        return `[${label}](./${to}${anchor ? `#${anchor}` : ""})`;
      },
    ));
}

/** Comments say what the checks of blocks need, and nothing to readers. */
export function withoutComments(text) {
  return text.replace(/^<!-- block[\s\S]*?-->\n\n?/gm, "");
}

/** Code that stands side by side elsewhere has no room for that here. */
function withoutLayout(text) {
  return text.replace(/^<\/?(?:table|tr|td)\b.*>$\n?/gm, "");
}

/** `change` of everything but blocks of code. */
function outsideCode(text, change) {
  return text.split(/(^```[\s\S]*?^```$)/m)
    .map((part, at) => at % 2 === 0 ? change(part) : part)
    .join("");
}
