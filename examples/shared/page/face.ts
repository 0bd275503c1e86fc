/** The first letter of a name, as people count letters. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return first?.segment.toUpperCase() ?? "?";
}

/** A colour of its own for each name, as a hue in degrees. */
export function hueOf(name: string): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 9973;
  // By the golden angle, similar names get colours far apart.
  return (hash * 137.5) % 360;
}
