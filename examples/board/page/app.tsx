import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Board } from "./board.tsx";
import { useBoardName } from "./use_board_name.ts";

/** `?view=readonly` is for those who may only look. The server sees to it. */
const isReadonly =
  new URLSearchParams(location.search).get("view") === "readonly";

function App() {
  const name = useBoardName();
  // Another board begins anew, with another client.
  return <Board key={name} name={name} isReadonly={isReadonly} />;
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
