import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fairShare, leastLaden, surplus } from "../../cluster/fair_share.ts";
import { shardOf } from "../../cluster/shard_of.ts";
import { property } from "../support/random/property.ts";

test("fairShare() leaves room for all shards", () => {
  for (let nodes = 1; nodes <= 60; nodes++) {
    assert(fairShare(256, nodes) * nodes >= 256);
  }
});

test("surplus() gives nothing for a difference that is not worth it", () => {
  assert.equal(surplus(94, new Map([["b", 81], ["c", 81]]), 256), undefined);
  assert.equal(surplus(128, new Map([["b", 128]]), 256), undefined);
  assert.equal(surplus(256, new Map(), 256), undefined);
});

test("surplus() gives at most 32 to who has the fewest, and never more than its share", () => {
  assert.deepEqual(surplus(256, new Map([["b", 0]]), 256), {
    heir: "b",
    count: 32,
  });
  assert.deepEqual(surplus(130, new Map([["b", 86], ["c", 40]]), 256), {
    heir: "c",
    count: 32,
  });
  assert.deepEqual(surplus(98, new Map([["b", 80], ["c", 78]]), 256), {
    heir: "c",
    count: 8,
  });
});

const owners = fc.array(fc.nat(7), { minLength: 256, maxLength: 256 });

property(
  "giving what is too much ends, and then nobody has much more than the others",
  owners,
  (owners) => {
    const counts = new Map<string, number>();
    for (let id = 0; id <= Math.max(...owners); id++) {
      counts.set(`n${id}`, owners.filter((owner) => owner === id).length);
    }
    let gifts = 0;
    for (let isOver = false; !isOver;) {
      isOver = true;
      for (const [id, owned] of counts) {
        const others = new Map(counts);
        others.delete(id);
        const gift = surplus(owned, others, 256);
        if (gift === undefined) continue;
        isOver = false;
        counts.set(id, owned - gift.count);
        counts.set(gift.heir, counts.get(gift.heir)! + gift.count);
        assert(++gifts < 50, "it does not end");
      }
    }
    const most = Math.max(...counts.values());
    assert(
      most <= fairShare(256, counts.size) * 1.1,
      `${[...counts.values()]}`,
    );
    assert.equal([...counts.values()].reduce((sum, count) => sum + count), 256);
  },
  200,
);

test("leastLaden() of nobody is nobody", () => {
  assert.equal(leastLaden(new Map()), undefined);
});

test("shardOf() is what it always was, and spreads", () => {
  assert.equal(shardOf({ agent: "ChatAgent", name: "ada" }, 256), 198);
  const counts = new Array(256).fill(0);
  for (let at = 0; at < 25_600; at++) {
    counts[shardOf({ agent: "ChatAgent", name: `room ${at}` }, 256)]++;
  }
  assert(Math.min(...counts) > 50, String(Math.min(...counts)));
  assert(Math.max(...counts) < 160, String(Math.max(...counts)));
});
