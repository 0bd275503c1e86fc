import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { useAgent } from "@roam/agents/react";
import type { Counter } from "../agents.ts";
import "./main.css";

function App() {
  const counter = useAgent<Counter>({ agent: "Counter", name: "main" });
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

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
