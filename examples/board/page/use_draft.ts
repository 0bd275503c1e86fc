import { type ChangeEvent, useEffect, useState } from "react";

/** Who writes on is not interrupted by a save for each letter. */
const PAUSE_MS = 300;

/** What a text field shows: what is being written, until it is saved after a pause, or when the field is left. */
export function useDraft(value: string, save: (text: string) => void) {
  const [draft, setDraft] = useState<string>();

  function commit() {
    if (draft !== undefined && draft !== value) save(draft);
    setDraft(undefined);
  }

  useEffect(() => {
    if (draft === undefined) return;
    const timer = setTimeout(commit, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);

  return {
    value: draft ?? value,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setDraft(event.target.value),
    onBlur: commit,
  };
}
