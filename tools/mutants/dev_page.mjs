// Who sees the development page, and what it may do.
const access = "adapters/dev_access.ts";

export const dev_page = {
  tests: ["kit/dev_page", "suite/dev_page"],
  mutants: [
    {
      what: "the page is found by whatever host a page turns to this machine",
      file: access,
      find: "if (!LOOPBACK_HOST.test(host)) return",
      replace: "if (false) return",
    },
    {
      what: "a host that begins like a loopback one is one",
      file: access,
      find: "|127(?:\\.\\d{1,3}){3}|\\[::1\\])(?::\\d+)?$/;",
      replace: "|127(?:\\.\\d{1,3}){3}|\\[::1\\])(?::\\d+)?/;",
    },
    {
      what: "a client behind a proxy sees the page",
      file: access,
      find: "if (FORWARDED.some((name) => headers.has(name))) {",
      replace: "if (false) {",
    },
    {
      what: "a client on another machine sees the page",
      file: access,
      find: "if (!LOOPBACK_ADDRESS.test(peer)) return",
      replace: "if (false) return",
    },
    {
      what: "a client of whom nobody knows where it is sees the page",
      file: access,
      find: "if (peer === undefined) return",
      replace: "if (peer === undefined) return undefined; if (false) return",
    },
    {
      what: "a part of the token is enough",
      file: access,
      find: "let difference = a.length ^ b.length;",
      replace: "let difference = 0;",
    },
    {
      what: "a page of another origin drives the page",
      file: access,
      find: "new URL(origin).host === new URL(url).host;",
      replace: "true;",
    },
    {
      what: "a form of another page drives the page",
      file: access,
      find: 'headers.get("content-type") === "application/json" &&',
      replace: "",
    },
    {
      what: "a request without the page's header drives the page",
      file: access,
      find: 'headers.get(DEV_HEADER) === "1" &&',
      replace: "true &&",
    },
    {
      what: "the token is not asked for",
      file: "adapters/dev_page.ts",
      find:
        "if (this.#token !== undefined && !hasToken(request, this.#token)) {",
      replace: "if (false) {",
    },
    {
      what: "the page is there in production",
      file: "adapters/dev_page.ts",
      find: "if (option === undefined && !isDevelopment()) return undefined;",
      replace: "",
    },
    {
      what: "what NODE_ENV says does not count",
      file: "platform/development.ts",
      find: "if (said.length > 0) return",
      replace: "if (said.length > 9) return",
    },
    {
      what: "whoever asks drives the page",
      file: "dev/dev.ts",
      find: "if (!isOfPage) {",
      replace: "if (false) {",
    },
    {
      what: "a statement that begins to read may write",
      file: "dev/actions.ts",
      find: "if (changes(database) === before) return rows;",
      replace: "if (true) return rows;",
    },
    {
      what: "to look at an instance starts it",
      file: "dev/instance_views.ts",
      find: "if (instance?.isStarted) {",
      replace: "if (namespace.get(kind, name)?.isStarted) {",
    },
    {
      what: "frames that are published are not recorded",
      file: "dev/frame_tap.ts",
      find: '[...without, "", ""]',
      replace: "without",
    },
  ],
};
