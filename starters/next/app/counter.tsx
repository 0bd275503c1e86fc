"use client";

import { useAgent } from "@roam/agents/react";
import type { Counter as CounterAgent } from "../agents.ts";

/** Rendered on the server too, where it does not connect. */
export function Counter({ name }: { name: string }) {
  const counter = useAgent<CounterAgent>({ agent: "Counter", name });
  return (
    <>
      <output>{counter.state?.count ?? "…"}</output>
      <button type="button" onClick={() => counter.stub.increment()}>
        Count
      </button>
      <small>
        {counter.status === "open"
          ? "Open this page in two windows."
          : "Connecting …"}
      </small>
    </>
  );
}
