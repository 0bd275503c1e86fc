// The site of the documentation. Its pages are made by tools/docs_site.mjs.
import { readFileSync } from "node:fs";
import { slug } from "github-slugger";

const sections = new URL("../built/source/sections.json", import.meta.url);

export default {
  title: "Roam",
  description: "One class is one room, document, game, device or assistant",
  lang: "en",
  srcDir: "built/source",
  outDir: "built/dist",
  cacheDir: "built/cache",
  cleanUrls: false,
  ignoreDeadLinks: "localhostLinks",
  // Headings are named as on other sites that show these files.
  markdown: {
    anchor: { slugify: slug },
    theme: {
      light: "github-light-high-contrast",
      dark: "github-dark-high-contrast",
    },
  },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Getting started", link: "/getting_started" },
      { text: "Reference", link: "/reference" },
      { text: "llms.txt", link: "/llms.txt", target: "_self" },
    ],
    sidebar: JSON.parse(readFileSync(sections, "utf8")),
    outline: [2, 3],
  },
};
