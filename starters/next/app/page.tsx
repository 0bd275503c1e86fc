import { Counter } from "./counter.tsx";

export default function Page() {
  return (
    <main>
      <Counter name="main" />
    </main>
  );
}
