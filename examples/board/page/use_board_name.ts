import { useEffect, useSyncExternalStore } from "react";

/** The board in the address, which can be shared. */
export function useBoardName(): string {
  const name = useSyncExternalStore(subscribe, boardName);
  useEffect(() => {
    document.title = `${name} · Roam board`;
  }, [name]);
  return name;
}

function boardName(): string {
  let name = "";
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch {
    // Somebody cut the link.
  }
  // An agent's name has no control characters, and 256 bytes at most.
  const clean = name.replace(/[\p{Cc}\s]+/gu, " ").trim();
  const short = [...clean].slice(0, 40).join("");
  return short === "" || short === "." || short === ".." ? "Dinner" : short;
}

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}
