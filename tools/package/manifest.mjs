// The package.json that is published, made of the one of the checkout. Pure.

const KEPT = [
  "name",
  "version",
  "description",
  "keywords",
  "license",
  "author",
  "repository",
  "bugs",
  "homepage",
  "type",
  "engines",
  "peerDependencies",
  "peerDependenciesMeta",
];

/** What a project gets that imports the package. */
export function publishedManifest(checkout) {
  const kept = KEPT.filter((key) => key in checkout)
    .map((key) => [key, checkout[key]]);
  const entries = Object.entries(checkout.exports).map(([name, file]) => [
    name,
    { types: built(file, ".d.ts"), default: built(file, ".js") },
  ]);
  const bin = Object.entries(checkout.bin ?? {})
    .map(([name, file]) => [name, built(file, ".js")]);
  return {
    ...Object.fromEntries(kept),
    exports: {
      ...Object.fromEntries(entries),
      "./package.json": "./package.json",
    },
    ...bin.length > 0 && { bin: Object.fromEntries(bin) },
    // All but the command may be left out of a bundle that does not use it.
    sideEffects: bin.map(([, file]) => file),
    files: ["dist", "docs", "llms*.txt", "*.md"],
  };
}

function built(file, extension) {
  return file.replace(/^\.\/(.*)\.ts$/, `./dist/$1${extension}`);
}
