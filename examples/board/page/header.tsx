import { Face } from "./face.tsx";
import { Status } from "./status.tsx";
import { useThisBoard } from "./use_board.ts";
import { useDraft } from "./use_draft.ts";

interface HeaderProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
}

/** How the connection is doing, who is here, and who you are. */
export function Header({ name, onRename }: HeaderProps) {
  const { people, you } = useThisBoard();
  const others = people.filter(({ id }) => id !== you);
  const draft = useDraft(name, onRename);
  return (
    <header>
      <Status />
      <ul className="people" aria-label="Also here">
        {others.map(({ id, name, readonly }) => (
          <li key={id} title={readonly ? `${name} is looking on` : name}>
            <Face name={name} />
            <bdi className="unseen">{name}</bdi>
          </li>
        ))}
      </ul>
      <label className="you">
        <Face name={name} />
        <span className="unseen">Your name</span>
        <input {...draft} maxLength={40} autoComplete="nickname" dir="auto" />
      </label>
    </header>
  );
}
