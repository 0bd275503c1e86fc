import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeFrameReader } from "../../src/protocol/node_frame_reader.ts";
import { NodeFrameWriter } from "../../src/protocol/node_frame_writer.ts";
import {
  closeBody,
  countBody,
  encodeClose,
  encodeCount,
  encodeShards,
  HEAD_BYTES,
  jsonBody,
  manyBody,
  MAX_STRANGER_FRAME,
  NodeFrame,
  NodeFrameError,
  type NodeFrameType,
  shardsBody,
} from "../../src/protocol/node_frames.ts";
import { frameHead } from "../support/cluster/frame_head.ts";
import { property } from "../support/random/property.ts";

type Read = [type: number, connection: number, body: number[]];

const MAX = 1 << 20;

/** The frames in `bytes`, which come in pieces of these sizes, over and over. */
function read(bytes: Uint8Array, sizes: readonly number[] = [1 << 20]): Read[] {
  const frames: Read[] = [];
  const reader = new NodeFrameReader((type, connection, body) => {
    frames.push([type, connection, [...body]]);
  });
  reader.maxBytes = MAX;
  let at = 0;
  for (let piece = 0; at < bytes.length; piece++) {
    const size = Math.max(1, sizes[piece % sizes.length]);
    reader.push(bytes.slice(at, at + size));
    at += size;
  }
  return frames;
}

/** What each connection is sent, in order, whatever the frames are. */
function messages(frames: readonly Read[]): [number, string | number[]][] {
  const decoder = new TextDecoder();
  return frames.flatMap(([type, connection, body]) => {
    const bytes = new Uint8Array(body);
    const isMany = type === NodeFrame.MANY_TEXT ||
      type === NodeFrame.MANY_BYTES;
    const { data, connections } = isMany
      ? manyBody(connection, bytes)
      : { data: bytes, connections: [connection] };
    const isText = type === NodeFrame.TEXT || type === NodeFrame.MANY_TEXT;
    const message = isText ? decoder.decode(data) : [...data];
    return connections.map((each): [number, string | number[]] => [
      each,
      message,
    ]);
  });
}

const connection = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const type = fc.constantFrom(...Object.values(NodeFrame));
const frame = fc.tuple(type, connection, fc.uint8Array({ maxLength: 40 }));
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), {
  minLength: 1,
  maxLength: 5,
});

property(
  "frames: what was put is read, in whatever pieces it comes",
  fc.tuple(fc.array(frame, { maxLength: 12 }), sizes),
  ([frames, sizes]) => {
    const writer = new NodeFrameWriter(false);
    for (const [type, connection, body] of frames) {
      writer.put(type, connection, body);
    }
    const wanted = frames.map(([type, connection, body]): Read => [
      type,
      connection,
      [...body],
    ]);
    assert.deepEqual(read(writer.take(), sizes), wanted);
  },
);

/** Few different ones, so that the same follows the same. */
const sent = fc.tuple(
  fc.integer({ min: 1, max: 5 }),
  fc.oneof(
    fc.constantFrom("a", "é", "\ud800", ""),
    fc.constantFrom(0, 1).map((which) => shared[which]),
  ),
  fc.boolean(),
);
const shared = [new Uint8Array([1, 2]), new Uint8Array([1, 2])];

for (const merges of [true, false]) {
  property(
    `messages: each connection gets its own in order, ${
      merges ? "merged" : "one by one"
    }`,
    fc.tuple(fc.array(sent, { maxLength: 20 }), sizes),
    ([all, sizes]) => {
      const writer = new NodeFrameWriter(merges);
      const wanted: [number, string | number[]][] = [];
      for (const [connection, data, changes] of all) {
        // Whoever sends bytes may use the same ones again.
        if (typeof data !== "string" && changes) data[0]++;
        writer.message(connection, data);
        wanted.push([
          connection,
          typeof data === "string"
            ? data.replace("\ud800", "\ufffd")
            : [...data],
        ]);
      }
      const frames = read(writer.take(), sizes);
      assert.deepEqual(messages(frames), wanted);
      if (!merges) assert.equal(frames.length, all.length);
    },
  );
}

test("a message to 1,000 connections is one frame of four bytes for each, and its own", () => {
  const writer = new NodeFrameWriter(true);
  const text = "x".repeat(100);
  for (let to = 1; to <= 1000; to++) writer.message(to, text);
  const bytes = writer.take();
  assert.equal(bytes.length, HEAD_BYTES + 100 + 4000);
  assert.equal(messages(read(bytes)).length, 1000);
});

test("what follows another frame is not merged past it", () => {
  const writer = new NodeFrameWriter(true);
  writer.message(1, "a");
  writer.put(
    NodeFrame.CLOSE,
    1,
    encodeClose({ code: 1000, wasClean: true, reason: "" }),
  );
  writer.message(1, "a");
  assert.deepEqual(
    read(writer.take()).map(([type]) => type),
    [NodeFrame.TEXT, NodeFrame.CLOSE, NodeFrame.TEXT],
  );
});

property(
  "bytes of any kind are frames or an error, and no more is kept than came",
  fc.tuple(fc.uint8Array({ maxLength: 200 }), sizes),
  ([bytes, sizes]) => {
    try {
      for (const [type] of read(bytes, sizes)) {
        assert.ok(Object.values(NodeFrame).includes(type as NodeFrameType));
      }
    } catch (error) {
      if (!(error instanceof NodeFrameError)) throw error;
    }
  },
);

for (
  const [name, bytes] of [
    ["of 4 GiB", frameHead(0xffffffff, NodeFrame.TEXT)],
    ["one byte too long", frameHead(MAX + 1, NodeFrame.TEXT)],
    ["too short to have a connection", frameHead(4, NodeFrame.TEXT)],
    ["of no length", frameHead(0, NodeFrame.TEXT)],
    ["of type 0", frameHead(5, 0)],
    ["of a type that there is not", frameHead(5, 27)],
  ] as const
) {
  test(`a frame ${name} is an error, as soon as its head is there`, () => {
    assert.throws(() => read(bytes), NodeFrameError);
  });
}

test("a stranger's frame is bounded by 1 KiB", () => {
  const reader = new NodeFrameReader(() => {});
  reader.push(frameHead(MAX_STRANGER_FRAME, NodeFrame.HELLO));
  const other = new NodeFrameReader(() => {});
  assert.throws(
    () => other.push(frameHead(MAX_STRANGER_FRAME + 1, NodeFrame.HELLO)),
    NodeFrameError,
  );
});

test("a reader that is closed amid a chunk hands on no more of it", () => {
  const writer = new NodeFrameWriter(false);
  for (let at = 0; at < 3; at++) writer.message(at, "x");
  let count = 0;
  const reader = new NodeFrameReader(() => {
    if (++count === 2) reader.close();
  });
  reader.push(writer.take());
  assert.equal(count, 2);
});

property(
  "bodies: a close, a count and shards come back",
  fc.tuple(
    fc.integer({ min: 0, max: 65535 }),
    fc.boolean(),
    fc.string({ unit: "grapheme" }),
    connection,
    fc.array(fc.integer({ min: 0, max: 65535 })),
  ),
  ([code, wasClean, reason, count, shards]) => {
    const close = { code, wasClean, reason };
    assert.deepEqual(closeBody(encodeClose(close)), close);
    assert.equal(countBody(encodeCount(count)), count);
    assert.deepEqual(shardsBody(encodeShards(shards)), shards);
  },
);

property(
  "bodies of any kind are understood or an error",
  fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 0, max: 30 })),
  ([bytes, size]) => {
    const parsers = [closeBody, countBody, shardsBody, jsonBody];
    const all = [...parsers, (body: Uint8Array) => manyBody(size, body)];
    for (const parse of all) {
      try {
        parse(bytes);
      } catch (error) {
        if (!(error instanceof NodeFrameError)) throw error;
      }
    }
  },
);
