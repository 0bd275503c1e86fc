import assert from "node:assert/strict";
import { test } from "node:test";
import { isSystemError } from "../../src/runtime/system_error.ts";

const error = (message: string, properties: Record<string, unknown> = {}) =>
  Object.assign(new Error(message), properties);

const system: [what: string, error: Error][] = [
  [
    "of a file, on Node and Bun",
    error("ENOENT: no such file or directory, open '/srv/secret'", {
      errno: -2,
      code: "ENOENT",
      syscall: "open",
      path: "/srv/secret",
    }),
  ],
  [
    "of a file, on Deno",
    error("No such file or directory (os error 2): readfile '/srv/secret'", {
      name: "NotFound",
      code: "ENOENT",
    }),
  ],
  [
    "of a permission",
    error('Requires read access to "/srv"', { name: "NotCapable" }),
  ],
  [
    "of a socket",
    error("connect ECONNREFUSED 10.0.0.3:5432", { syscall: "connect" }),
  ],
  [
    "of fetch on Deno",
    error("error sending request for url (http://10.0.0.3/)"),
  ],
  [
    "of node:sqlite",
    error("no such table: secret", { code: "ERR_SQLITE_ERROR" }),
  ],
  ["of bun:sqlite", error("no such table: secret", { name: "SQLiteError" })],
  ["of this.sql", error("Cannot run a statement: x", { name: "SqlError" })],
  [
    "of the store",
    error("Cannot open the store in /srv", { name: "StoreError" }),
  ],
  ["of PostgreSQL", error("x", { severity: "ERROR", routine: "parser_error" })],
  [
    "of a module",
    error("Cannot find module '/srv/x'", { code: "ERR_MODULE_NOT_FOUND" }),
  ],
  [
    "of an argument",
    error("The argument 'path' must be … Received '/srv/secret'", {
      code: "ERR_INVALID_ARG_VALUE",
    }),
  ],
  ["that names a file", error('Module not found "file:///srv/x.ts"')],
  [
    "of several",
    new AggregateError([error("a"), error("b", { errno: -111 })], ""),
  ],
];

for (const [what, thrown] of system) {
  test(`isSystemError() knows an error ${what}`, () => {
    assert.equal(isSystemError(thrown), true);
  });
}

const others: [what: string, error: Error][] = [
  ["of the app", error("Sold out")],
  ["of the app with a code", error("Too late", { code: "EXPIRED" })],
  ["of the app with such a code", error("None", { code: "ERR_SOLD_OUT" })],
  ["of the app with a name", error("There is none", { name: "NotFound" })],
  ["with a path of the app", error("see /docs/rules.html")],
  ["of the language", new TypeError("x is not a function")],
  ["with a cause of the system", error("Try later", { cause: system[0][1] })],
  ["of several", new AggregateError([error("a")], "Two things are wrong")],
];

for (const [what, thrown] of others) {
  test(`isSystemError() leaves an error ${what} alone`, () => {
    assert.equal(isSystemError(thrown), false);
  });
}
