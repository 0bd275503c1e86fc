import assert from "node:assert/strict";
import { after } from "node:test";
import { behaviour, runtime } from "../support/suite.ts";
import { contract } from "../support/storage/storage_contract.ts";
import { start } from "../targets/targets.ts";

const server = await start(runtime, {
  entry: "tests/fixtures/storage_server.ts",
  objects: { StorageObject: "StorageObject" },
});
after(() => server.stop());

const kinds = runtime === "workerd" ? ["object"] : ["folder", "memory", "map"];

for (const kind of kinds) {
  for (const name of Object.keys(contract)) {
    behaviour(`storage ${kind}: ${name}`, async () => {
      const query = new URLSearchParams({ kind, case: name });
      const response = await fetch(`http://${server.host}/?${query}`);
      assert.equal(await response.text(), "ok");
    });
  }
}
