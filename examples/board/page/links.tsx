import { useState } from "react";

/** Links to copy: to write, and to look on only. */
export function Links() {
  return (
    <p className="links">
      <CopyLink label="Copy link" search="" />
      <CopyLink label="Copy view-only link" search="?view=readonly" />
    </p>
  );
}

interface CopyLinkProps {
  readonly label: string;
  readonly search: string;
}

function CopyLink({ label, search }: CopyLinkProps) {
  const [said, say] = useState<string>();
  const { origin, pathname, hash } = location;
  const url = `${origin}${pathname}${search}${hash}`;

  async function copy() {
    try {
      await navigator.clipboard.writeText(url);
      say("Copied");
    } catch {
      // Without https a browser does not let us.
      say(url);
    }
    setTimeout(() => say(undefined), 3000);
  }

  return (
    <button type="button" className="quiet" onClick={copy}>
      {said ?? label}
    </button>
  );
}
