import { useState } from "react";
import { recall, remember } from "../../shared/page/memory.ts";

/** Your name, which the browser remembers. */
export function useName(): [name: string, setName: (name: string) => void] {
  const [name, setName] = useState(() =>
    recall(
      "localStorage",
      "name",
      `Guest ${100 + Math.floor(Math.random() * 900)}`,
    )
  );
  return [name, (name) => {
    if (name.trim() === "") return;
    remember("localStorage", "name", name.trim());
    setName(name.trim());
  }];
}
