import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { StoreError } from "../../../storage/sqlite.ts";

/** A test with the name of a folder for a store, which is not there yet. */
export function inFolder(name: string, run: (folder: string) => void): void {
  test(name, () => {
    const folder = mkdtempSync(`${tmpdir()}/roam-sqlite-`);
    try {
      run(`${folder}/store`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** What tells a {@linkcode StoreError} about this folder from other errors. */
export function storeError(code: StoreError["code"], folder: string) {
  return (error: unknown) => {
    assert(error instanceof StoreError, String(error));
    assert.equal(error.code, code);
    assert(error.message.includes(folder), error.message);
    return true;
  };
}
