/** An array as PostgreSQL reads it from a text: `{"a",NULL,3}`. */
export function arrayLiteral(
  values: readonly (string | number | null)[],
): string {
  let text = "{";
  for (let at = 0; at < values.length; at++) {
    if (at > 0) text += ",";
    const value = values[at];
    if (typeof value === "string") {
      text += `"${value.replace(/["\\]/g, "\\$&")}"`;
    } else text += value === null ? "NULL" : value;
  }
  return `${text}}`;
}
