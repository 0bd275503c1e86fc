import assert from "node:assert/strict";
import { test } from "node:test";
import { extensionsIn } from "./recorder.ts";

const url = "ws://localhost/agents/board/x?_pk=1";

test("extensionsIn() is content with the base protocol, and the announcement", () => {
  assert.deepEqual(
    extensionsIn({
      urls: [url, `${url}&_roam=1`, `${url}&_roam=1&token=2`],
      messages: [
        "hello",
        "",
        "null",
        '{"state":{"roam":1},"type":"cf_agent_state"}',
        '{"args":["roam_"],"id":"1","method":"roam","type":"rpc"}',
        '{"type":"mine","rev":1}',
        new Uint8Array(1),
      ],
    }),
    [],
  );
});

for (
  const forged of [
    "roam:ping",
    '{"type":"roam_cancel","id":"1"}',
    '{"state":1,"type":"cf_agent_state","id":"1"}',
    '{"state":1,"type":"cf_agent_state","rev":1,"epoch":"e"}',
    '{"args":[],"id":"1","method":"m","type":"rpc","roam":1}',
  ]
) {
  test(`extensionsIn() finds ${forged}`, () => {
    assert.deepEqual(extensionsIn({ urls: [], messages: [forged] }), [forged]);
  });
}

for (const more of ["&_roam=probe", "&_roam=1&_roam=1", "&roam_x=1"]) {
  test(`extensionsIn() finds ${more} in a URL`, () => {
    const urls = [url + more];
    assert.deepEqual(extensionsIn({ urls, messages: [] }), urls);
  });
}
