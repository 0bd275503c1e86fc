// As large as agents get: checking it must not take a second more than an empty file.
import { Agent, type AgentHandle, type StreamingResponse } from "../../mod.ts";
import type { AgentStub } from "../../client.ts";

/** JSON of any depth. */
type Deep = null | boolean | number | string | readonly Deep[] | {
  readonly [key: string]: Deep;
};

export class Many extends Agent {
  override initialState: {
    tree: Deep;
    users: Record<
      string,
      {
        name: string;
        tags: string[];
        friends: { id: string; since: { year: number } }[];
      }
    >;
  } = { tree: null, users: {} };
  m0(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r0: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m1(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r1: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m2(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r2: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m3(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r3: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m4(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r4: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m5(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r5: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m6(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r6: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m7(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r7: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m8(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r8: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m9(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r9: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m10(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r10: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m11(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r11: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m12(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r12: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m13(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r13: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m14(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r14: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m15(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r15: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m16(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r16: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m17(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r17: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m18(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r18: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m19(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r19: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m20(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r20: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m21(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r21: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m22(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r22: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m23(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r23: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  m24(
    a: { x: string; y: number[]; z?: { deep: { er: Map<string, number>[] } } },
    b: string = "",
    ...c: number[]
  ): Promise<
    { r24: string; list: { a: { b: { c: { d: { e: number } } } } }[] }
  > {
    void [a, b, c];
    return null as never;
  }
  async *g0(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s0(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g1(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s1(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g2(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s2(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g3(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s3(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g4(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s4(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g5(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s5(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g6(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s6(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g7(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s7(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g8(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s8(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g9(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s9(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g10(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s10(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
  async *g11(a: Deep): AsyncGenerator<Deep, string> {
    yield a;
    return "";
  }
  s11(s: StreamingResponse<Deep, number>, d: Deep): void {
    void [s, d];
  }
}

export async function use(
  stub: AgentStub<Many>,
  handle: AgentHandle<Many>,
  d: Deep,
): Promise<void> {
  await stub.m0({ x: "", y: [1] }, "a", 1);
  await handle.m0({ x: "", y: [] });
  await stub.m1({ x: "", y: [1] }, "a", 1);
  await handle.m1({ x: "", y: [] });
  await stub.m2({ x: "", y: [1] }, "a", 1);
  await handle.m2({ x: "", y: [] });
  await stub.m3({ x: "", y: [1] }, "a", 1);
  await handle.m3({ x: "", y: [] });
  await stub.m4({ x: "", y: [1] }, "a", 1);
  await handle.m4({ x: "", y: [] });
  await stub.m5({ x: "", y: [1] }, "a", 1);
  await handle.m5({ x: "", y: [] });
  await stub.m6({ x: "", y: [1] }, "a", 1);
  await handle.m6({ x: "", y: [] });
  await stub.m7({ x: "", y: [1] }, "a", 1);
  await handle.m7({ x: "", y: [] });
  await stub.m8({ x: "", y: [1] }, "a", 1);
  await handle.m8({ x: "", y: [] });
  await stub.m9({ x: "", y: [1] }, "a", 1);
  await handle.m9({ x: "", y: [] });
  await stub.m10({ x: "", y: [1] }, "a", 1);
  await handle.m10({ x: "", y: [] });
  await stub.m11({ x: "", y: [1] }, "a", 1);
  await handle.m11({ x: "", y: [] });
  await stub.m12({ x: "", y: [1] }, "a", 1);
  await handle.m12({ x: "", y: [] });
  await stub.m13({ x: "", y: [1] }, "a", 1);
  await handle.m13({ x: "", y: [] });
  await stub.m14({ x: "", y: [1] }, "a", 1);
  await handle.m14({ x: "", y: [] });
  await stub.m15({ x: "", y: [1] }, "a", 1);
  await handle.m15({ x: "", y: [] });
  await stub.m16({ x: "", y: [1] }, "a", 1);
  await handle.m16({ x: "", y: [] });
  await stub.m17({ x: "", y: [1] }, "a", 1);
  await handle.m17({ x: "", y: [] });
  await stub.m18({ x: "", y: [1] }, "a", 1);
  await handle.m18({ x: "", y: [] });
  await stub.m19({ x: "", y: [1] }, "a", 1);
  await handle.m19({ x: "", y: [] });
  await stub.m20({ x: "", y: [1] }, "a", 1);
  await handle.m20({ x: "", y: [] });
  await stub.m21({ x: "", y: [1] }, "a", 1);
  await handle.m21({ x: "", y: [] });
  await stub.m22({ x: "", y: [1] }, "a", 1);
  await handle.m22({ x: "", y: [] });
  await stub.m23({ x: "", y: [1] }, "a", 1);
  await handle.m23({ x: "", y: [] });
  await stub.m24({ x: "", y: [1] }, "a", 1);
  await handle.m24({ x: "", y: [] });
  await stub.g0(d);
  await stub.s0(d);
  await stub.g1(d);
  await stub.s1(d);
  await stub.g2(d);
  await stub.s2(d);
  await stub.g3(d);
  await stub.s3(d);
  await stub.g4(d);
  await stub.s4(d);
  await stub.g5(d);
  await stub.s5(d);
  await stub.g6(d);
  await stub.s6(d);
  await stub.g7(d);
  await stub.s7(d);
  await stub.g8(d);
  await stub.s8(d);
  await stub.g9(d);
  await stub.s9(d);
  await stub.g10(d);
  await stub.s10(d);
  await stub.g11(d);
  await stub.s11(d);
}
